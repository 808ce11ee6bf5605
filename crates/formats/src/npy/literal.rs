//! The Python literal that is a `.npy` header: dictionaries, tuples, lists, texts, whole numbers,
//! truth values. Nothing is evaluated.

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Literal {
    Text(String),
    Number(u64),
    Truth(bool),
    List(Vec<Literal>),
    Dictionary(Vec<(String, Literal)>),
}

/// Values within each other.
const MAX_NESTING: usize = 16;

/// Parses all of a text.
pub(crate) fn parse(text: &str) -> Result<Literal, String> {
    let mut parser = Parser { rest: text };
    let value = parser.value(0)?;
    parser.blank();
    match parser.rest {
        "" => Ok(value),
        rest => Err(format!("{:?} behind the header", short(rest))),
    }
}

struct Parser<'a> {
    rest: &'a str,
}

impl Parser<'_> {
    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, c: char) -> bool {
        self.blank();
        let tail = self.rest.strip_prefix(c);
        self.rest = tail.unwrap_or(self.rest);
        tail.is_some()
    }

    fn value(&mut self, nesting: usize) -> Result<Literal, String> {
        if nesting > MAX_NESTING {
            return Err("a header nested too deep".to_owned());
        }
        self.blank();
        for (word, truth) in [("True", true), ("False", false)] {
            if let Some(tail) = self.rest.strip_prefix(word) {
                self.rest = tail;
                return Ok(Literal::Truth(truth));
            }
        }
        match self.rest.chars().next() {
            Some('\'' | '"') => self.text().map(Literal::Text),
            Some('0'..='9') => self.number(),
            Some('(') => self.list(')', nesting),
            Some('[') => self.list(']', nesting),
            Some('{') => self.dictionary(nesting),
            _ => Err(format!("{:?} in the header", short(self.rest))),
        }
    }

    fn text(&mut self) -> Result<String, String> {
        let mut letters = self.rest.chars();
        let quote = letters.next().unwrap_or('\'');
        let tail = letters.as_str();
        let end = tail.find(quote).ok_or("a text in the header has no end")?;
        let (text, tail) = tail.split_at(end);
        if text.contains('\\') {
            return Err(format!("a backslash in the header, {:?}", short(text)));
        }
        self.rest = tail.strip_prefix(quote).unwrap_or(tail);
        Ok(text.to_owned())
    }

    fn number(&mut self) -> Result<Literal, String> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit());
        let (digits, tail) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        // Python 2 wrote long numbers as `3L`.
        self.rest = tail.strip_prefix('L').unwrap_or(tail);
        let number = digits.parse();
        number
            .map(Literal::Number)
            .map_err(|_| format!("the number {digits} in the header"))
    }

    fn list(&mut self, end: char, nesting: usize) -> Result<Literal, String> {
        self.rest = self.rest.get(1..).unwrap_or_default();
        let mut items = Vec::new();
        while !self.eat(end) {
            items.push(self.value(nesting + 1)?);
            if !self.eat(',') {
                return match self.eat(end) {
                    true => Ok(Literal::List(items)),
                    false => Err(format!("{:?} where {end} should be", short(self.rest))),
                };
            }
        }
        Ok(Literal::List(items))
    }

    fn dictionary(&mut self, nesting: usize) -> Result<Literal, String> {
        self.rest = self.rest.get(1..).unwrap_or_default();
        let mut pairs = Vec::new();
        while !self.eat('}') {
            self.blank();
            if !self.rest.starts_with(['\'', '"']) {
                return Err(format!("{:?} where a name should be", short(self.rest)));
            }
            let name = self.text()?;
            if !self.eat(':') {
                return Err(format!("{name:?} without a value"));
            }
            pairs.push((name, self.value(nesting + 1)?));
            if !self.eat(',') && !self.rest.trim_start().starts_with('}') {
                return Err(format!("{:?} where }} should be", short(self.rest)));
            }
        }
        Ok(Literal::Dictionary(pairs))
    }
}

fn short(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn headers_as_numpy_writes_them() {
        let parsed = parse(
            "{'descr': [('e', '<f4'), ('v', '<u2', (3,))], 'fortran_order': False, 'shape': (9,), }  \n",
        );
        let Literal::Dictionary(pairs) = parsed.unwrap() else {
            unreachable!()
        };
        assert_eq!(
            pairs[1],
            ("fortran_order".to_owned(), Literal::Truth(false))
        );
        assert_eq!(pairs[2].1, Literal::List(vec![Literal::Number(9)]));
        for bad in [
            "",
            "{",
            "{'a'}",
            "{'a': 1",
            "(1 2)",
            "os.system('x')",
            "{'a': 'b\\'}",
            "[[",
            "1 1",
            "99999999999999999999",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}

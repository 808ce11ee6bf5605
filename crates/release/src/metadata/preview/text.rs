//! The little Markdown that descriptions use, as HTML: paragraphs, lists, `code`, emphasis, links.

use super::super::xml::escaped;

/// Paragraphs and lists of a text.
pub(super) fn html(markdown: &str) -> String {
    let mut out = String::new();
    for block in markdown
        .trim()
        .split("\n\n")
        .map(str::trim)
        .filter(|b| !b.is_empty())
    {
        let lines: Vec<&str> = block.lines().map(str::trim).collect();
        let items = lines
            .iter()
            .filter_map(|l| l.strip_prefix("- ").or(l.strip_prefix("* ")));
        let items: Vec<&str> = items.collect();
        if !items.is_empty() && items.len() == lines.len() {
            let items = items.iter().map(|item| format!("<li>{}</li>", line(item)));
            out.push_str(&format!("<ul>{}</ul>\n", items.collect::<String>()));
        } else if lines.len() == 1 && block.starts_with('#') {
            out.push_str(&format!(
                "<h3>{}</h3>\n",
                line(block.trim_start_matches('#').trim())
            ));
        } else {
            out.push_str(&format!("<p>{}</p>\n", line(&lines.join(" "))));
        }
    }
    out
}

/// What stands within a line.
pub(super) fn line(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['`', '*', '[']) {
        let (before, from) = rest.split_at(at);
        out.push_str(&escaped(before));
        rest = match marked(from) {
            Some((html, after)) => {
                out.push_str(&html);
                after
            }
            None => {
                let mut letters = from.chars();
                out.push_str(&escaped(
                    &letters.next().map(String::from).unwrap_or_default(),
                ));
                letters.as_str()
            }
        };
    }
    out + &escaped(rest)
}

/// What a mark at the start of a text encloses, as HTML, and what comes after it.
fn marked(text: &str) -> Option<(String, &str)> {
    for (mark, tag) in [("`", "code"), ("**", "strong"), ("*", "em")] {
        let inner = text
            .strip_prefix(mark)
            .and_then(|rest| rest.split_once(mark));
        if let Some((inner, after)) = inner.filter(|(inner, _)| !inner.trim().is_empty()) {
            return Some((format!("<{tag}>{}</{tag}>", escaped(inner)), after));
        }
    }
    let (name, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (address, after) = rest.split_once(')')?;
    // Nothing but pages: a script is no link.
    let web = address.starts_with("https://") || address.starts_with("http://");
    web.then(|| {
        (
            format!("<a href=\"{}\">{}</a>", escaped(address), escaped(name)),
            after,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::html;

    #[test]
    fn markdown() {
        for (text, is) in [
            (
                "a <b> & `c*d`\ne\n\nf",
                "<p>a &lt;b&gt; &amp; <code>c*d</code> e</p>\n<p>f</p>\n",
            ),
            (
                "- one\n- **two**",
                "<ul><li>one</li><li><strong>two</strong></li></ul>\n",
            ),
            (
                "[x](https://a.org) 2 * 3",
                "<p><a href=\"https://a.org\">x</a> 2 * 3</p>\n",
            ),
            ("[x](javascript:alert)", "<p>[x](javascript:alert)</p>\n"),
        ] {
            assert_eq!(html(text), is);
        }
    }
}

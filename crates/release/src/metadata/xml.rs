//! XML as elements in elements, written with two spaces a level.

use std::fmt::Write;

/// An element with attributes and either text or elements.
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    inner: Vec<Element>,
}

impl Element {
    pub(super) fn new(name: &'static str) -> Self {
        Element {
            name,
            attributes: Vec::new(),
            text: String::new(),
            inner: Vec::new(),
        }
    }

    pub(super) fn text(name: &'static str, text: impl Into<String>) -> Self {
        Element {
            text: text.into(),
            ..Element::new(name)
        }
    }

    pub(super) fn with(mut self, attribute: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((attribute, value.into()));
        self
    }

    /// With elements in it.
    pub(super) fn of(mut self, inner: impl IntoIterator<Item = Element>) -> Self {
        self.inner.extend(inner);
        self
    }

    /// The same, or nothing where it would be empty.
    pub(super) fn unless_empty(self) -> Option<Self> {
        (!self.inner.is_empty()).then_some(self)
    }

    pub(super) fn document(&self) -> String {
        let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, level: usize) {
        // Writing to a text cannot fail.
        let _ = write!(out, "{:1$}<{2}", "", 2 * level, self.name);
        for (name, value) in &self.attributes {
            let _ = write!(out, " {name}=\"{}\"", escaped(value));
        }
        if self.inner.is_empty() {
            let _ = writeln!(out, ">{}</{}>", escaped(&self.text), self.name);
            return;
        }
        out.push_str(">\n");
        for element in &self.inner {
            element.write(out, level + 1);
        }
        let _ = writeln!(out, "{:1$}</{2}>", "", 2 * level, self.name);
    }
}

/// Text for XML and HTML; characters that XML does not have are left out.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

//! What names mean to the expressions that are added next: definitions, functions of the
//! user, and expressions that stand in the place of columns.
//!
//! A scope ends with [`Program::begin_scope`]; the graph stays. So several analyses, or one
//! with each of its systematic variations, are compiled into one program, and what they have
//! in common is computed once.

use std::collections::HashMap;
use std::sync::Arc;

use super::ast::{Expr, ExprKind};
use super::check::Checker;
use super::error::{ErrorKind, ExprError, Span, did_you_mean};
use super::functions;
use super::lexer::{self, Token, TokenKind};
use super::parser;
use super::program::Program;
use super::term::Term;

/// The names of a scope.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    definitions: HashMap<String, (usize, Term)>,
    functions: HashMap<String, Arc<UserFunction>>,
    columns: HashMap<usize, Term>,
    /// Names that were given; a function sees those before its own.
    given: usize,
}

/// A function of the user.
#[derive(Debug)]
pub(crate) struct UserFunction {
    pub(crate) name: Arc<str>,
    /// As it was written, with the names of the arguments.
    pub(crate) signature: String,
    pub(crate) parameters: Vec<String>,
    pub(crate) body: Expr,
    pub(crate) text: Arc<str>,
    /// Number of `text` in the graph.
    pub(crate) text_index: usize,
    /// Names that are older than this are visible in the body.
    pub(crate) number: usize,
    /// Operations of the body.
    pub(crate) size: usize,
}

impl Scope {
    /// The definition with this name among the `visible` oldest names.
    pub(crate) fn definition(&self, name: &str, visible: usize) -> Option<&Term> {
        let found = self.definitions.get(name);
        found
            .filter(|(number, _)| *number < visible)
            .map(|(_, term)| term)
    }

    /// The user's function with this name among the `visible` oldest names.
    pub(crate) fn function(&self, name: &str, visible: usize) -> Option<&Arc<UserFunction>> {
        let found = self.functions.get(name);
        found.filter(|function| function.number < visible)
    }

    /// What stands in the place of a column.
    pub(crate) fn column(&self, column: usize) -> Option<&Term> {
        self.columns.get(&column)
    }

    pub(crate) fn definition_names(&self, visible: usize) -> impl Iterator<Item = &str> {
        let visible = move |(_, (number, _)): &(&String, &(usize, Term))| *number < visible;
        let definitions = self.definitions.iter().filter(visible);
        definitions.map(|(name, _)| name.as_str())
    }

    pub(crate) fn function_names(&self, visible: usize) -> impl Iterator<Item = &str> {
        let functions = self.functions.values();
        let functions = functions.filter(move |function| function.number < visible);
        functions.map(|function| function.name.as_ref())
    }
}

impl Program {
    /// Forgets the definitions, functions and overridden columns made so far. The expressions
    /// that were added stay, and share their work with those to come.
    pub fn begin_scope(&mut self) {
        self.scope = Scope::default();
    }

    /// Gives an expression a name that later expressions can use. A definition that nothing
    /// uses costs nothing.
    ///
    /// # Errors
    /// When the expression is wrong or the name is taken.
    pub fn define(&mut self, name: &str, text: &str) -> Result<(), ExprError> {
        let text: Arc<str> = text.into();
        self.free(name, "a definition", &text)?;
        let term = self.check(&text)?;
        self.insert(name, term);
        Ok(())
    }

    /// A definition whose expression is one value for all events: `0.8244273`, `25*GeV`, `'mu'`.
    ///
    /// # Errors
    /// As [`Program::define`], and when the value depends on the event.
    pub fn define_constant(&mut self, name: &str, text: &str) -> Result<(), ExprError> {
        let text: Arc<str> = text.into();
        self.free(name, "a constant", &text)?;
        let term = self.check(&text)?;
        if term
            .leaf()
            .is_none_or(|node| self.graph().constant(node).is_none())
        {
            let message = format!("the constant `{name}` depends on the event");
            let whole = Span::new(0, text.len());
            return Err(ExprError::new(ErrorKind::Type, &text, whole, message)
                .with_help("a constant is made of numbers, units and other constants"));
        }
        self.insert(name, term);
        Ok(())
    }

    /// Defines a function, `signature` as in `mt_w(lepton, met)`. Its arguments are values,
    /// lists or records; what it does with them is checked at each call. In its body the names
    /// of the arguments come before all others, then what was defined before the function, and
    /// columns. So it cannot call itself.
    ///
    /// # Errors
    /// When the body is no expression or uses a name that does not exist, when the signature
    /// is not one, or when the name of the function is taken.
    pub fn define_function(&mut self, signature: &str, body: &str) -> Result<(), ExprError> {
        let written: Arc<str> = signature.into();
        let (name, parameters) = parse_signature(&written)?;
        self.free(&name, "a function", &written)?;
        let text: Arc<str> = body.into();
        let parsed = parser::parse(&text)?;
        let mut checker = Checker::new(self, &text);
        checker.names_exist(&parsed, &parameters)?;
        let text_index = checker.text_index();
        let number = self.scope.given;
        self.scope.given += 1;
        let function = UserFunction {
            name: name.as_str().into(),
            signature: signature.trim().to_owned(),
            parameters,
            size: size(&parsed),
            body: parsed,
            text,
            text_index,
            number,
        };
        self.scope.functions.insert(name, Arc::new(function));
        Ok(())
    }

    /// From now on the name of a column means this expression: `jet_pt * 1.02`. In the
    /// expression itself the name means what it meant before. Definitions that were made
    /// earlier do not change.
    ///
    /// The new values have the lists, the kind and, converted, the unit of the column; a value
    /// with fewer lists is repeated.
    ///
    /// # Errors
    /// When there is no such column, or the expression is wrong or does not fit it.
    pub fn override_column(&mut self, name: &str, text: &str) -> Result<(), ExprError> {
        let new = self.in_place_of(name, text)?;
        self.put_in_place([new]);
        Ok(())
    }

    /// What is to stand in the place of a column, which still is what it was.
    ///
    /// # Errors
    /// As [`Self::override_column`].
    pub(crate) fn in_place_of(
        &mut self,
        name: &str,
        text: &str,
    ) -> Result<(usize, Term), ExprError> {
        let Some((column, _)) = self.schema().column_with_name(name) else {
            let known = self.schema().fields().iter();
            let hint = did_you_mean(name, known.map(|field| field.name().as_str()));
            let message = format!("there is no column `{name}` to override");
            let whole = Span::new(0, name.len());
            return Err(
                ExprError::new(ErrorKind::Name, &name.into(), whole, message).with_hint(hint),
            );
        };
        let text: Arc<str> = text.into();
        let body = parser::parse(&text)?;
        let mut checker = Checker::new(self, &text);
        let term = checker.override_of(name, &body)?;
        Ok((column, term))
    }

    /// From now on the names of columns mean these.
    pub(crate) fn put_in_place(&mut self, new: impl IntoIterator<Item = (usize, Term)>) {
        self.scope.columns.extend(new);
    }

    fn insert(&mut self, name: &str, term: Term) {
        let number = self.scope.given;
        self.scope.given += 1;
        self.scope
            .definitions
            .insert(name.to_owned(), (number, term));
    }

    /// Fails if `name` cannot be given to something new.
    fn free(&self, name: &str, what: &str, text: &Arc<str>) -> Result<(), ExprError> {
        let whole = Span::new(0, text.len());
        let error = |message: String| ExprError::new(ErrorKind::Name, text, whole, message);
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if !starts || !name.chars().all(word) {
            return Err(error(format!("`{name}` cannot be the name of {what}"))
                .with_help("a name has letters, digits and `_`, and starts with no digit"));
        }
        if matches!(
            name,
            "and" | "or" | "not" | "in" | "true" | "false" | "True" | "False"
        ) {
            return Err(error(format!("`{name}` is a word of the language")));
        }
        if self.scope.definition(name, usize::MAX).is_some()
            || self.scope.function(name, usize::MAX).is_some()
        {
            return Err(error(format!("`{name}` is defined twice")));
        }
        if self.schema().column_with_name(name).is_some() {
            return Err(
                error(format!("`{name}` is a column; {what} cannot hide it"))
                    .with_help("choose another name"),
            );
        }
        if what == "a function" && functions::find(name).is_some() {
            return Err(error(format!(
                "`{name}` is a function of the language; {what} cannot hide it"
            ))
            .with_help("choose another name"));
        }
        Ok(())
    }
}

/// `name(a, b)`: the name and the names of the arguments.
fn parse_signature(text: &Arc<str>) -> Result<(String, Vec<String>), ExprError> {
    let tokens = lexer::tokens(text)?;
    let wrong = |token: Option<&Token>, expected: &str| {
        let span = token.map_or(Span::new(0, text.len()), |token| token.span);
        let message = format!("{expected} should be here");
        ExprError::new(ErrorKind::Syntax, text, span, message)
            .with_help("a function is written with its arguments: `mt_w(lepton, met)`")
    };
    let mut tokens = tokens.iter();
    let mut word = |what: &str| match tokens.next() {
        Some(Token {
            kind: TokenKind::Name(name),
            span,
        }) => Ok((name.clone(), *span)),
        other => Err(wrong(other, what)),
    };
    let (name, _) = word("the name of a function")?;
    let mut parameters: Vec<String> = Vec::new();
    let mut expected = "(";
    loop {
        let token = tokens.next();
        match token.map(|token| &token.kind) {
            Some(TokenKind::Op("(")) if expected == "(" => {}
            Some(TokenKind::Op(",")) if expected != "(" => {}
            Some(TokenKind::Op(")")) if expected != "(" => break,
            _ => return Err(wrong(token, &format!("`{expected}`"))),
        }
        expected = ")";
        let token = tokens.next();
        let Some(Token {
            kind: TokenKind::Name(parameter),
            span,
        }) = token
        else {
            return Err(wrong(token, "the name of an argument"));
        };
        if parameters.contains(parameter) {
            let message = format!("two arguments are called `{parameter}`");
            return Err(ExprError::new(ErrorKind::Name, text, *span, message));
        }
        parameters.push(parameter.clone());
    }
    match tokens.next() {
        Some(Token {
            kind: TokenKind::End,
            ..
        }) => Ok((name, parameters)),
        other => Err(wrong(other, "the end")),
    }
}

/// Number of operations of an expression.
fn size(expr: &Expr) -> usize {
    1 + expr.children().into_iter().map(size).sum::<usize>()
}

impl Checker<'_> {
    /// Fails if the expression uses a name that is neither in `parameters` nor known.
    fn names_exist(&mut self, expr: &Expr, parameters: &[String]) -> Result<(), ExprError> {
        match &expr.kind {
            ExprKind::Name(name) | ExprKind::Quoted(name) if !parameters.contains(name) => {
                self.expr(expr)?;
            }
            ExprKind::Call(name, _) => {
                self.function_exists(name)?;
            }
            _ => {}
        }
        for child in expr.children() {
            self.names_exist(child, parameters)?;
        }
        Ok(())
    }
}

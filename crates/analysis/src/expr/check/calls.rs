//! Calls: functions of the catalogue, and functions of the user, whose body is checked anew
//! for the arguments of each call.

use std::sync::Arc;

use super::Checker;
use crate::expr::ast::{Argument, Name};
use crate::expr::error::{ErrorKind, ExprError, Span, did_you_mean};
use crate::expr::functions::{self, Call, CallArgument, Function};
use crate::expr::ir::{CallOrigin, Origin};
use crate::expr::parser::MAX_HEIGHT;
use crate::expr::scope::UserFunction;
use crate::expr::term::Term;

/// Operations of functions' bodies that one expression may go through.
const MAX_EXPANDED: usize = 1 << 17;

/// Functions of NumPy, awkward-array, ROOT and coffea that have another name here.
const ELSEWHERE: [(&str, &str); 17] = [
    ("arctan2", "atan2"),
    ("arcsin", "asin"),
    ("arccos", "acos"),
    ("arctan", "atan"),
    ("argcombinations", "combinations"),
    ("cartesian", "cross"),
    ("concatenate", "concat"),
    ("fabs", "abs"),
    ("fill_none", "default"),
    ("firsts", "first"),
    ("is_none", "is_missing"),
    ("len", "count"),
    ("ln", "log"),
    ("local_index", "index"),
    ("num", "count"),
    ("size", "count"),
    ("with_field", "with"),
];

/// What a name that is called stands for.
pub(crate) enum Callee {
    Catalogue(&'static Function),
    User(Arc<UserFunction>),
}

impl Checker<'_> {
    /// The function of this name.
    pub(crate) fn function_exists(&self, name: &Name) -> Result<Callee, ExprError> {
        if let Some(function) = functions::find(&name.text) {
            return Ok(Callee::Catalogue(function));
        }
        let scope = &self.program.scope;
        if let Some(function) = scope.function(&name.text, self.visible) {
            return Ok(Callee::User(Arc::clone(function)));
        }
        let message = format!("there is no function `{}`", name.text);
        let error = self.error(ErrorKind::Name, name.span, message);
        if self.program.schema().column_with_name(&name.text).is_some() {
            return Err(error.with_help("it is a column; an element of a list is `x[0]`"));
        }
        let elsewhere = ELSEWHERE.iter().find(|(other, _)| *other == name.text);
        if let Some((_, here)) = elsewhere {
            return Err(error.with_help(format!("it is called `{here}` here")));
        }
        let mut known: Vec<&str> = scope.function_names(self.visible).collect();
        // User's functions come from a hash map: sorted, the suggestion is always the same.
        known.sort_unstable();
        known.extend(functions::all().map(|function| function.name));
        Err(error.with_hint(did_you_mean(&name.text, known)))
    }

    pub(super) fn call(
        &mut self,
        name: &Name,
        args: &[Argument],
        span: Span,
    ) -> Result<Term, ExprError> {
        let callee = self.function_exists(name)?;
        let mut positional = Vec::new();
        let mut named: Vec<(Name, CallArgument)> = Vec::new();
        for arg in args {
            let value = CallArgument {
                term: self.expr(&arg.value)?,
                span: arg.value.span,
            };
            match &arg.name {
                None if named.is_empty() => positional.push(value),
                None => {
                    let message = "an argument without a name follows one with a name";
                    return Err(self.error(ErrorKind::Syntax, arg.value.span, message));
                }
                Some(name) => {
                    if named.iter().any(|(other, _)| other.text == name.text) {
                        let message = format!("the argument `{}` is given twice", name.text);
                        return Err(self.error(ErrorKind::Syntax, name.span, message));
                    }
                    named.push((name.clone(), value));
                }
            }
        }
        match callee {
            Callee::Catalogue(function) => {
                let call = Call {
                    function,
                    span,
                    name_span: name.span,
                    args: positional,
                    named,
                };
                (function.check)(self, &call)
            }
            Callee::User(function) => {
                let locals = self.bind(&function, name.span, positional, named)?;
                self.expand(&function, locals, span)
            }
        }
    }

    /// Gives each parameter its argument.
    fn bind(
        &self,
        function: &UserFunction,
        name_span: Span,
        positional: Vec<CallArgument>,
        named: Vec<(Name, CallArgument)>,
    ) -> Result<Vec<(String, Term)>, ExprError> {
        let help = format!("it is called as `{}`", function.signature);
        let count = positional.len() + named.len();
        if count != function.parameters.len() {
            let plural = if count == 1 { "" } else { "s" };
            let message = format!("`{}` cannot take {count} argument{plural}", function.name);
            return Err(self.type_error(name_span, message).with_help(help));
        }
        let parameters = function.parameters.iter();
        let given = positional.into_iter().map(|argument| argument.term);
        let mut locals: Vec<(String, Term)> = parameters.cloned().zip(given).collect();
        for (name, argument) in named {
            let free = locals.iter().all(|(taken, _)| *taken != name.text);
            if !free || !function.parameters.contains(&name.text) {
                let message = if free {
                    format!("`{}` has no argument `{}`", function.name, name.text)
                } else {
                    format!("the argument `{}` is given twice", name.text)
                };
                let error = self.error(ErrorKind::Name, name.span, message);
                return Err(error.with_help(help));
            }
            locals.push((name.text, argument.term));
        }
        Ok(locals)
    }

    /// The body of a user's function for these arguments.
    fn expand(
        &mut self,
        function: &UserFunction,
        locals: Vec<(String, Term)>,
        span: Span,
    ) -> Result<Term, ExprError> {
        self.program.expanded += function.size;
        let height = self.height + function.body.height + 1;
        if height > 2 * MAX_HEIGHT || self.program.expanded > MAX_EXPANDED {
            let message = "functions that call functions become too large here";
            return Err(self.error(ErrorKind::Limit, span, message));
        }
        let from = Origin {
            text: self.text_index,
            span,
            call: self.call,
        };
        let calls = &mut self.program.graph_mut().calls;
        calls.push(CallOrigin {
            function: Arc::clone(&function.name),
            from,
        });
        let call = Some(calls.len() - 1);
        let mut body = Checker {
            program: self.program,
            text: Arc::clone(&function.text),
            text_index: function.text_index,
            locals,
            call,
            visible: function.number,
            height,
        };
        body.expr(&function.body)
    }
}

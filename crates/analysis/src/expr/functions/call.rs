//! A call with checked arguments, and the complaints that all functions share.

use super::Function;
use crate::expr::ast::Name;
use crate::expr::check::Checker;
use crate::expr::error::{ErrorKind, ExprError, Span, did_you_mean};
use crate::expr::ir::Const;
use crate::expr::term::Term;

/// A call of a function.
pub(crate) struct Call {
    pub(crate) function: &'static Function,
    pub(crate) span: Span,
    pub(crate) name_span: Span,
    pub(crate) args: Vec<CallArgument>,
    pub(crate) named: Vec<(Name, CallArgument)>,
}

/// An argument and where it was written.
#[derive(Clone, Debug)]
pub(crate) struct CallArgument {
    pub(crate) term: Term,
    pub(crate) span: Span,
}

impl CallArgument {
    /// As an operand of the checker.
    pub(crate) fn pair(&self) -> (&Term, Span) {
        (&self.term, self.span)
    }
}

impl Call {
    /// Exactly `N` arguments and no named ones.
    pub(crate) fn exactly<const N: usize>(
        &self,
        checker: &Checker<'_>,
    ) -> Result<[&CallArgument; N], ExprError> {
        self.with_options(checker, &[])
    }

    /// Exactly `N` arguments, and named ones out of `options`.
    pub(crate) fn with_options<const N: usize>(
        &self,
        checker: &Checker<'_>,
        options: &[&str],
    ) -> Result<[&CallArgument; N], ExprError> {
        self.check_names(checker, options)?;
        let args: Vec<&CallArgument> = self.args.iter().collect();
        let count = args.len();
        args.try_into()
            .map_err(|_| self.wrong_count(checker, count))
    }

    pub(crate) fn wrong_count(&self, checker: &Checker<'_>, count: usize) -> ExprError {
        let plural = if count == 1 { "" } else { "s" };
        let message = format!(
            "`{}` cannot take {count} argument{plural}",
            self.function.name
        );
        let error = checker.type_error(self.name_span, message);
        error.with_help(format!("it is called as `{}`", self.function.signature))
    }

    pub(crate) fn check_names(
        &self,
        checker: &Checker<'_>,
        options: &[&str],
    ) -> Result<(), ExprError> {
        for (name, _) in &self.named {
            if !options.contains(&name.text.as_str()) {
                let function = self.function.name;
                let message = format!("`{function}` has no argument `{}`", name.text);
                let hint = did_you_mean(&name.text, options.iter().copied())
                    .unwrap_or_else(|| format!("it is called as `{}`", self.function.signature));
                let error = checker.error(ErrorKind::Name, name.span, message);
                return Err(error.with_help(hint));
            }
        }
        Ok(())
    }

    pub(crate) fn option(&self, name: &str) -> Option<&CallArgument> {
        let found = self.named.iter().find(|(given, _)| given.text == name);
        found.map(|(_, argument)| argument)
    }

    /// A constant `true` or `false`; `false` if not given.
    pub(crate) fn flag(&self, checker: &Checker<'_>, name: &str) -> Result<bool, ExprError> {
        let Some(argument) = self.option(name) else {
            return Ok(false);
        };
        match argument.term.leaf().and_then(|node| checker.constant(node)) {
            Some(Const::Bool(value)) => Ok(*value),
            _ => {
                let message = format!("`{name}` is `true` or `false`");
                Err(checker.type_error(argument.span, message))
            }
        }
    }

    /// A constant integer.
    pub(crate) fn integer(
        &self,
        checker: &Checker<'_>,
        argument: &CallArgument,
    ) -> Result<i64, ExprError> {
        match argument.term.leaf().and_then(|node| checker.constant(node)) {
            Some(Const::Int(value)) => Ok(*value),
            _ => Err(checker.type_error(argument.span, "this must be a constant integer")),
        }
    }
}

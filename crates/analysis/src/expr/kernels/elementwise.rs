//! Operations that give one value for each value: arithmetic, comparison, logic, choice.
//!
//! A value is missing where any argument is, with three exceptions: a comparison with
//! something missing is false; in `&&` and `||` a missing truth value counts as false; and
//! `default`, `is_missing` and `where` look at it.

use std::sync::Arc;

use super::math::{Int1, Int2, Operand, map1, map2};
use crate::expr::ast::CompareOp;
use crate::expr::buffers::Buffers;
use crate::expr::ir::{Const, Op};
use crate::expr::register::{Arg, Fault, event_of, same_lists};
use crate::expr::types::{Kind, LeafType};
use crate::expr::value::{Array, Data, Level, Strings, Validity};

/// Runs an element-wise operation. Constants alone give an array of one row.
pub(crate) fn run(
    op: &Op,
    ty: LeafType,
    args: &[Arg<'_>],
    pool: &mut Buffers,
) -> Result<Array, Fault> {
    let shape = Shape::of(args, pool)?;
    let valid = validity(args, pool);
    let mut kernel = Kernel {
        args,
        shape: &shape,
        valid,
        pool,
    };
    let data = kernel.data(op, ty)?;
    let valid = kernel.valid;
    Ok(Array {
        rows: shape.rows,
        levels: shape.levels,
        data,
        valid,
    })
}

/// The common structure of the arguments.
struct Shape {
    rows: usize,
    levels: Vec<Level>,
    len: usize,
}

impl Shape {
    fn of(args: &[Arg<'_>], pool: &mut Buffers) -> Result<Shape, Fault> {
        let mut arrays = args.iter().filter_map(|arg| arg.array());
        let Some(first) = arrays.next() else {
            return Ok(Shape {
                rows: 1,
                levels: Vec::new(),
                len: 1,
            });
        };
        let mut levels = first.levels.clone();
        for other in arrays {
            same_lists(
                first.levels.iter().map(|level| &level.offsets),
                &other.levels,
            )?;
            if other.data.len() != first.data.len() {
                return Err(Fault::internal("registers of unequal length meet"));
            }
            for (level, theirs) in levels.iter_mut().zip(&other.levels) {
                level.valid = both(level.valid.take(), theirs.valid.as_ref(), pool);
            }
        }
        Ok(Shape {
            rows: first.rows,
            levels,
            len: first.data.len(),
        })
    }
}

/// Present where both are.
fn both(a: Option<Validity>, b: Option<&Validity>, pool: &mut Buffers) -> Option<Validity> {
    let (Some(left), Some(right)) = (&a, b) else {
        return a.or(b.cloned());
    };
    if Arc::ptr_eq(left, right) {
        return a;
    }
    let mut out = pool.bytes();
    out.extend(left.iter().zip(right.iter()).map(|(x, y)| x & y));
    Some(Arc::new(out))
}

fn validity(args: &[Arg<'_>], pool: &mut Buffers) -> Option<Validity> {
    let arrays = args.iter().filter_map(|arg| arg.array());
    arrays.fold(None, |valid, array| both(valid, array.valid.as_ref(), pool))
}

struct Kernel<'a, 'b> {
    args: &'a [Arg<'a>],
    shape: &'a Shape,
    valid: Option<Validity>,
    pool: &'b mut Buffers,
}

impl<'a> Kernel<'a, '_> {
    fn arg(&self, i: usize) -> Result<Arg<'a>, Fault> {
        let arg = self.args.get(i).copied();
        arg.ok_or_else(|| Fault::internal("an argument is absent"))
    }

    fn real(&self, i: usize) -> Result<Operand<'a, f64>, Fault> {
        match self.arg(i)? {
            Arg::Const(Const::Real(bits)) => Ok(Operand::One(f64::from_bits(*bits))),
            arg => match arg.array().map(|array| &array.data) {
                Some(Data::Real(values)) => Ok(Operand::Slice(values)),
                _ => Err(Fault::internal("expected real numbers")),
            },
        }
    }

    fn int(&self, i: usize) -> Result<Operand<'a, i64>, Fault> {
        match self.arg(i)? {
            Arg::Const(Const::Int(value)) => Ok(Operand::One(*value)),
            arg => match arg.array().map(|array| &array.data) {
                Some(Data::Int(values)) => Ok(Operand::Slice(values)),
                _ => Err(Fault::internal("expected integers")),
            },
        }
    }

    fn bool(&self, i: usize) -> Result<Operand<'a, u8>, Fault> {
        match self.arg(i)? {
            Arg::Const(Const::Bool(value)) => Ok(Operand::One(u8::from(*value))),
            arg => match arg.array().map(|array| &array.data) {
                Some(Data::Bool(values)) => Ok(Operand::Slice(values)),
                _ => Err(Fault::internal("expected truth values")),
            },
        }
    }

    fn kind(&self, i: usize) -> Result<Kind, Fault> {
        let arg = self.arg(i)?;
        Ok(match (arg, arg.array().map(|array| &array.data)) {
            (Arg::Const(Const::Bool(_)), _) | (_, Some(Data::Bool(_))) => Kind::Bool,
            (Arg::Const(Const::Int(_)), _) | (_, Some(Data::Int(_))) => Kind::Int,
            (Arg::Const(Const::Real(_)), _) | (_, Some(Data::Real(_))) => Kind::Real,
            (Arg::Const(Const::Str(_)), _) | (_, Some(Data::Str(_))) => Kind::Str,
            _ => return Err(Fault::internal("an index is used as a value")),
        })
    }

    fn text(&self, i: usize, at: usize) -> &'a str {
        match self.args.get(i) {
            Some(Arg::Const(Const::Str(text))) => text,
            Some(arg) => match arg.array().map(|array| &array.data) {
                Some(Data::Str(texts)) => texts.get(at),
                _ => "",
            },
            None => "",
        }
    }

    fn data(&mut self, op: &Op, ty: LeafType) -> Result<Data, Fault> {
        Ok(match op {
            Op::Alias => return self.alias(),
            Op::Real1(f) => {
                let mut out = self.pool.reals();
                f.run(self.real(0)?, &mut out);
                Data::Real(Arc::new(out))
            }
            Op::Real2(f) => {
                let mut out = self.pool.reals();
                f.run(self.real(0)?, self.real(1)?, &mut out);
                Data::Real(Arc::new(out))
            }
            Op::Real3(f) => {
                let mut out = self.pool.reals();
                f.run([self.real(0)?, self.real(1)?, self.real(2)?], &mut out);
                Data::Real(Arc::new(out))
            }
            Op::Real4(f) => {
                let args = [self.real(0)?, self.real(1)?, self.real(2)?, self.real(3)?];
                let mut out = self.pool.reals();
                f.run(args, &mut out);
                Data::Real(Arc::new(out))
            }
            Op::Kinematic(f) => {
                let args = (0..self.args.len()).map(|i| self.real(i));
                let args = args.collect::<Result<Vec<_>, _>>()?;
                let mut out = self.pool.reals();
                f.run(args, &mut out)?;
                Data::Real(Arc::new(out))
            }
            Op::Int1(f) => self.int1(*f)?,
            Op::Int2(f) => self.int2(*f)?,
            Op::Cast => self.cast(ty.kind)?,
            Op::Compare(op, kind) => self.compare(*op, *kind)?,
            Op::And | Op::Or => self.logic(op)?,
            Op::Not => self.bytes(|k, out| {
                map1(k.bool(0)?, out, |x| x ^ 1);
                Ok(())
            })?,
            Op::IsNan => self.bytes(|k, out| {
                map1(k.real(0)?, out, |x| u8::from(x.is_nan()));
                Ok(())
            })?,
            Op::IsFinite => self.bytes(|k, out| {
                map1(k.real(0)?, out, |x| u8::from(x.is_finite()));
                Ok(())
            })?,
            Op::Bit => self.bytes(|k, out| {
                let bit = |x: i64, bit: i64| u8::from((0..64).contains(&bit) && x >> bit & 1 == 1);
                map2(k.int(0)?, k.int(1)?, out, bit);
                Ok(())
            })?,
            Op::StartsWith => {
                let data = self.bytes(|k, out| {
                    let starts = |i: usize| k.text(0, i).starts_with(k.text(1, i));
                    out.extend((0..k.shape.len).map(|i| u8::from(starts(i))));
                    Ok(())
                })?;
                self.false_where_missing(data)
            }
            Op::IsMissing => self.is_missing(),
            Op::Default => return self.default(ty),
            Op::Where => return self.choose(ty),
            _ => return Err(Fault::internal("not an element-wise operation")),
        })
    }

    fn bytes(
        &mut self,
        fill: impl FnOnce(&Self, &mut Vec<u8>) -> Result<(), Fault>,
    ) -> Result<Data, Fault> {
        let mut out = self.pool.bytes();
        fill(self, &mut out)?;
        Ok(Data::Bool(Arc::new(out)))
    }

    fn alias(&mut self) -> Result<Data, Fault> {
        let array = self.arg(0)?.array();
        let array = array.ok_or_else(|| Fault::internal("an alias of a constant"))?;
        Ok(array.data.clone())
    }

    fn overflow(&self, at: Option<usize>) -> Result<(), Fault> {
        let present = |i: &usize| self.valid.as_ref().is_none_or(|valid| valid[*i] != 0);
        match at.filter(present) {
            None => Ok(()),
            Some(i) => Err(Fault::new("integer overflow")
                .at(event_of(&self.shape.levels, i))
                .with_help("multiply by 1.0 to compute with real numbers")),
        }
    }

    fn int1(&mut self, f: Int1) -> Result<Data, Fault> {
        let a = self.int(0)?;
        let mut out = self.pool.ints();
        map1(a, &mut out, |x| f.apply(x).0);
        if matches!(f, Int1::Neg | Int1::Abs) {
            let mut flags = Vec::new();
            let overflow = |x: i64| x == i64::MIN;
            if matches!(a, Operand::Slice(x) if x.contains(&i64::MIN)) {
                map1(a, &mut flags, overflow);
            }
            self.overflow(flags.iter().position(|&flag| flag))?;
        }
        Ok(Data::Int(Arc::new(out)))
    }

    fn int2(&mut self, f: Int2) -> Result<Data, Fault> {
        let (a, b) = (self.int(0)?, self.int(1)?);
        let mut out = self.pool.ints();
        let any = std::cell::Cell::new(false);
        let apply = |f: Int2, out: &mut Vec<i64>| {
            map2(a, b, out, |x, y| {
                let (value, overflow) = f.apply(x, y);
                any.set(any.get() | overflow);
                value
            });
        };
        // One loop for each, so that the compiler sees the function inside it.
        match f {
            Int2::Add => apply(Int2::Add, &mut out),
            Int2::Sub => apply(Int2::Sub, &mut out),
            Int2::Mul => apply(Int2::Mul, &mut out),
            Int2::Rem => apply(Int2::Rem, &mut out),
            Int2::Min => apply(Int2::Min, &mut out),
            Int2::Max => apply(Int2::Max, &mut out),
            Int2::Pow => apply(Int2::Pow, &mut out),
        }
        if any.get() {
            // Missing values may overflow as they like: look for one that is present.
            let mut flags = Vec::new();
            map2(a, b, &mut flags, |x, y| f.apply(x, y).1);
            let present = |i: usize| self.valid.as_ref().is_none_or(|valid| valid[i] != 0);
            let first = (0..flags.len()).find(|&i| flags[i] && present(i));
            self.overflow(first)?;
        }
        if f == Int2::Rem {
            let mut nonzero = self.pool.bytes();
            map1(b, &mut nonzero, |y| u8::from(y != 0));
            if nonzero.contains(&0) {
                nonzero.resize(self.shape.len, *nonzero.first().unwrap_or(&0));
                self.valid = both(self.valid.take(), Some(&Arc::new(nonzero)), self.pool);
            }
        }
        Ok(Data::Int(Arc::new(out)))
    }

    fn cast(&mut self, to: Kind) -> Result<Data, Fault> {
        Ok(match (self.kind(0)?, to) {
            (Kind::Bool, Kind::Int) => {
                let mut out = self.pool.ints();
                map1(self.bool(0)?, &mut out, i64::from);
                Data::Int(Arc::new(out))
            }
            (Kind::Bool, Kind::Real) => {
                let mut out = self.pool.reals();
                map1(self.bool(0)?, &mut out, f64::from);
                Data::Real(Arc::new(out))
            }
            (Kind::Int, Kind::Real) => {
                let mut out = self.pool.reals();
                map1(self.int(0)?, &mut out, |x| x as f64);
                Data::Real(Arc::new(out))
            }
            _ => return Err(Fault::internal("a cast that does not exist")),
        })
    }

    fn compare(&mut self, op: CompareOp, kind: Kind) -> Result<Data, Fault> {
        let mut out = self.pool.bytes();
        match kind {
            Kind::Real => compare(op, self.real(0)?, self.real(1)?, &mut out),
            Kind::Int => compare(op, self.int(0)?, self.int(1)?, &mut out),
            Kind::Bool => compare(op, self.bool(0)?, self.bool(1)?, &mut out),
            Kind::Str => {
                let order = (0..self.shape.len).map(|i| self.text(0, i).cmp(self.text(1, i)));
                out.extend(order.map(|order| {
                    u8::from(match op {
                        CompareOp::Less => order.is_lt(),
                        CompareOp::LessEqual => order.is_le(),
                        CompareOp::Greater => order.is_gt(),
                        CompareOp::GreaterEqual => order.is_ge(),
                        CompareOp::Equal => order.is_eq(),
                        CompareOp::NotEqual => order.is_ne(),
                    })
                }));
            }
            Kind::Index => return Err(Fault::internal("an index is compared")),
        }
        Ok(self.false_where_missing(Data::Bool(Arc::new(out))))
    }

    /// Truth values that are false where an argument is missing, and never missing themselves.
    fn false_where_missing(&mut self, mut data: Data) -> Data {
        if let (Some(valid), Data::Bool(values)) = (self.valid.take(), &mut data) {
            for (value, present) in Arc::make_mut(values).iter_mut().zip(valid.iter()) {
                *value &= present;
            }
        }
        data
    }

    fn logic(&mut self, op: &Op) -> Result<Data, Fault> {
        self.valid = None;
        let (a, b) = (self.truth(0)?, self.truth(1)?);
        let mut out = self.pool.bytes();
        match op {
            Op::And => map2(a.operand(), b.operand(), &mut out, |x, y| x & y),
            _ => map2(a.operand(), b.operand(), &mut out, |x, y| x | y),
        }
        Ok(Data::Bool(Arc::new(out)))
    }

    /// Truth values, false where missing.
    fn truth(&mut self, i: usize) -> Result<Truth<'a>, Fault> {
        let values = self.bool(i)?;
        let valid = self.arg(i)?.array().and_then(|array| array.valid.as_ref());
        Ok(match (values, valid) {
            (Operand::Slice(values), Some(valid)) => {
                let mut out = self.pool.bytes();
                out.extend(values.iter().zip(valid.iter()).map(|(x, ok)| x & ok));
                Truth::Owned(out)
            }
            (values, _) => Truth::Borrowed(values),
        })
    }

    fn is_missing(&mut self) -> Data {
        let mut out = self.pool.bytes();
        match self.valid.take() {
            Some(valid) => out.extend(valid.iter().map(|present| present ^ 1)),
            None => out.resize(self.shape.len, 0),
        }
        Data::Bool(Arc::new(out))
    }

    fn valid_of(&self, i: usize) -> Option<&'a Validity> {
        self.args.get(i).and_then(|arg| arg.array()?.valid.as_ref())
    }

    fn default(&mut self, ty: LeafType) -> Result<Data, Fault> {
        let Some(present) = self.valid_of(0) else {
            self.valid = None;
            let array = self.arg(0)?.array();
            let array = array.ok_or_else(|| Fault::internal("a constant is never missing"))?;
            return Ok(array.data.clone());
        };
        self.valid = self.valid_of(1).map(|second| {
            let mut out = self.pool.bytes();
            out.extend(present.iter().zip(second.iter()).map(|(a, b)| a | b));
            Arc::new(out)
        });
        self.select(ty, |i| present[i] != 0, 0, 1)
    }

    fn choose(&mut self, ty: LeafType) -> Result<Data, Fault> {
        let condition = self.bool(0)?;
        let at = |i: usize| match condition {
            Operand::Slice(values) => values[i] != 0,
            Operand::One(value) => value != 0,
        };
        let present = |valid: Option<&Validity>, i: usize| valid.map_or(1, |valid| valid[i]);
        let [test, left, right] = [0, 1, 2].map(|i| self.valid_of(i));
        self.valid = match (test, left, right) {
            (None, None, None) => None,
            _ => {
                let mut out = self.pool.bytes();
                out.extend(
                    (0..self.shape.len)
                        .map(|i| present(test, i) & present(if at(i) { left } else { right }, i)),
                );
                Some(Arc::new(out))
            }
        };
        self.select(ty, at, 1, 2)
    }

    /// Argument `yes` where the test holds, else argument `no`.
    fn select(
        &mut self,
        ty: LeafType,
        test: impl Fn(usize) -> bool,
        yes: usize,
        no: usize,
    ) -> Result<Data, Fault> {
        let len = self.shape.len;
        Ok(match ty.kind {
            Kind::Real => {
                let (a, b) = (self.real(yes)?, self.real(no)?);
                let mut out = self.pool.reals();
                select(len, test, a, b, &mut out);
                Data::Real(Arc::new(out))
            }
            Kind::Int => {
                let (a, b) = (self.int(yes)?, self.int(no)?);
                let mut out = self.pool.ints();
                select(len, test, a, b, &mut out);
                Data::Int(Arc::new(out))
            }
            Kind::Bool => {
                let (a, b) = (self.bool(yes)?, self.bool(no)?);
                let mut out = self.pool.bytes();
                select(len, test, a, b, &mut out);
                Data::Bool(Arc::new(out))
            }
            Kind::Str => {
                let mut out = Strings::default();
                for i in 0..len {
                    out.push(self.text(if test(i) { yes } else { no }, i));
                }
                Data::Str(Arc::new(out))
            }
            Kind::Index => return Err(Fault::internal("an index is chosen")),
        })
    }
}

/// Truth values, false where missing.
enum Truth<'a> {
    Borrowed(Operand<'a, u8>),
    Owned(Vec<u8>),
}

impl Truth<'_> {
    fn operand(&self) -> Operand<'_, u8> {
        match self {
            Truth::Borrowed(operand) => *operand,
            Truth::Owned(values) => Operand::Slice(values),
        }
    }
}

fn select<T: Copy>(
    len: usize,
    test: impl Fn(usize) -> bool,
    a: Operand<'_, T>,
    b: Operand<'_, T>,
    out: &mut Vec<T>,
) {
    let at = |operand: Operand<'_, T>, i: usize| match operand {
        Operand::Slice(values) => values[i],
        Operand::One(value) => value,
    };
    out.extend((0..len).map(|i| at(if test(i) { a } else { b }, i)));
}

fn compare<T: Copy + PartialOrd>(
    op: CompareOp,
    a: Operand<'_, T>,
    b: Operand<'_, T>,
    out: &mut Vec<u8>,
) {
    match op {
        CompareOp::Less => map2(a, b, out, |x, y| u8::from(x < y)),
        CompareOp::LessEqual => map2(a, b, out, |x, y| u8::from(x <= y)),
        CompareOp::Greater => map2(a, b, out, |x, y| u8::from(x > y)),
        CompareOp::GreaterEqual => map2(a, b, out, |x, y| u8::from(x >= y)),
        CompareOp::Equal => map2(a, b, out, |x, y| u8::from(x == y)),
        CompareOp::NotEqual => map2(a, b, out, |x, y| u8::from(x != y)),
    }
}

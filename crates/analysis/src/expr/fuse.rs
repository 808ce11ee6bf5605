//! Reductions over combinations and pairs that can run without columns in between.
//!
//! `argmin(abs((t.a + t.b + t.c).mass - m))` with `t = combinations(jets, 3)` reduces values of
//! choices of three jets; `t[argmin(...)].a.pt` is an element of one choice, and needs no list
//! of all of them. [`values`] says which nodes are values of choices. Here, once all expressions
//! of a program are known, it is decided which reductions are worth it, and the graph gets new
//! nodes for these, each with a program of its own ([`steps`], run by
//! [`super::kernels::fused`]). Where a value is needed as a column all the same (it is filled
//! into a histogram), its reductions stay as they are.

mod exprs;
mod steps;
mod values;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use self::exprs::Expr;
use self::steps::Steps;
use self::values::Values;
use super::ir::{Graph, NodeId, Op, Reduction};
use super::kernels::fused::{Fused, Outcome};
use super::types::{Kind, LeafType};
use super::unit::Unit;

/// Fuses what `roots` need: the graph grows by new nodes, and each node that is still needed
/// gets one that gives the same. Empty if there is nothing to gain.
pub(super) fn fuse(graph: &mut Graph, roots: &[NodeId]) -> HashMap<NodeId, NodeId> {
    let needed = graph.closure(roots);
    let mut plan = Plan::find(graph, &needed);
    let live = plan.settle(graph, roots);
    let mut new = HashMap::with_capacity(live.len());
    for id in live {
        let Some(replacement) = plan.rewrite(graph, id, &new) else {
            // The program is full; it runs as well as it is.
            return HashMap::new();
        };
        new.insert(id, replacement);
    }
    new
}

struct Plan {
    values: Values,
    /// Reductions of values of choices.
    reductions: HashMap<NodeId, Reduced>,
    /// Indices that pick one choice of each list.
    picks: HashMap<NodeId, Reduced>,
}

/// What is reduced, and the program that does it.
struct Reduced {
    key: NodeId,
    program: Arc<Fused>,
    args: Vec<NodeId>,
}

impl Plan {
    fn find(graph: &Graph, needed: &[NodeId]) -> Plan {
        let values = Values::find(graph, needed);
        let reduced = |key: NodeId, op: Reduction, pick: bool| {
            let (program, args) = Steps::of(graph, &values, key, |step| match op {
                Reduction::Count => Outcome::Count,
                _ if pick => Outcome::Best(op, step),
                _ => Outcome::Reduce(op, step),
            })?;
            Some(Reduced {
                key,
                program: Arc::new(program),
                args,
            })
        };
        let mut reductions = HashMap::new();
        let mut picks = HashMap::new();
        for &id in needed {
            let node = graph.node(id);
            if let (Op::Reduce(op), [key]) = (&node.op, node.args.as_slice())
                && let Some(found) = reduced(*key, *op, false)
            {
                reductions.insert(id, found);
            }
            if let Some((like, key, op)) = best(graph, id)
                && values.same_choices(like, key)
                && let Some(found) = reduced(key, op, true)
            {
                picks.insert(id, found);
            }
        }
        // An index goes only where all that it takes is made of elements of the choice.
        for &id in needed {
            let node = graph.node(id);
            for index in &node.args {
                let key = picks.get(index).map(|pick: &Reduced| pick.key);
                let fits = match (&node.op, node.args.as_slice(), key) {
                    (Op::Take, [of, by], Some(key)) if by == index => {
                        let value = values.get(*of);
                        values.same_choices(*of, key)
                            && value.is_some_and(|value| values.exprs.is_of_elements(value.expr))
                    }
                    _ => false,
                };
                if !fits {
                    picks.remove(index);
                }
            }
        }
        Plan {
            values,
            reductions,
            picks,
        }
    }

    /// Leaves out what is not worth it; gives the nodes that are still needed, ascending.
    fn settle(&mut self, graph: &Graph, roots: &[NodeId]) -> BTreeSet<NodeId> {
        while !self.reductions.is_empty() || !self.picks.is_empty() {
            let live = self.live(graph, roots);
            let before = self.reductions.len() + self.picks.len();
            self.reductions
                .retain(|id, reduced| live.contains(id) && !live.contains(&reduced.key));
            self.picks.retain(|_, pick| !live.contains(&pick.key));
            if self.reductions.len() + self.picks.len() == before {
                return live;
            }
        }
        BTreeSet::new()
    }

    /// What is needed if the rest is fused.
    fn live(&self, graph: &Graph, roots: &[NodeId]) -> BTreeSet<NodeId> {
        let mut live: BTreeSet<NodeId> = roots.iter().copied().collect();
        let mut open = roots.to_vec();
        while let Some(id) = open.pop() {
            let new = self.args(graph, id).into_iter();
            open.extend(new.filter(|arg| live.insert(*arg)));
        }
        live
    }

    /// The arguments of a node, once it is fused.
    fn args(&self, graph: &Graph, id: NodeId) -> Vec<NodeId> {
        if let Some(reduced) = self.reductions.get(&id) {
            return reduced.args.clone();
        }
        let node = graph.node(id);
        if let (Op::Take, [of, by]) = (&node.op, node.args.as_slice())
            && let (Some(pick), Some(value)) = (self.picks.get(by), self.values.get(*of))
        {
            return [pick.args.clone(), self.values.exprs.nodes(value.expr)].concat();
        }
        node.args.clone()
    }

    /// The node that does the same; arguments are looked up in `new`.
    fn rewrite(
        &self,
        graph: &mut Graph,
        id: NodeId,
        new: &HashMap<NodeId, NodeId>,
    ) -> Option<NodeId> {
        let now = |args: &[NodeId]| -> Option<Vec<NodeId>> {
            args.iter().map(|arg| new.get(arg).copied()).collect()
        };
        let node = graph.node(id).clone();
        if let Some(reduced) = self.reductions.get(&id) {
            let op = Op::Fused(Arc::clone(&reduced.program));
            return graph.intern(op, now(&reduced.args)?, node.ty, node.origin);
        }
        if let (Op::Take, [of, by]) = (&node.op, node.args.as_slice())
            && let Some(pick) = self.picks.get(by)
        {
            let number = LeafType::new(Kind::Int, Unit::NONE, graph.ty(*by).depth);
            let args = now(&pick.args)?;
            let op = Op::Fused(Arc::clone(&pick.program));
            let number = graph.intern(op, args.clone(), number, graph.node(*by).origin)?;
            let sides = args.get(..pick.program.choices.sides())?;
            return self.element(graph, *of, &pick.program, &[sides, &[number]].concat(), new);
        }
        let args = now(&node.args)?;
        if args == node.args {
            return Some(id);
        }
        graph.intern(node.op, args, node.ty, node.origin)
    }

    /// A value of the choice that `chosen` tells: that of the elements that are in it.
    fn element(
        &self,
        graph: &mut Graph,
        of: NodeId,
        program: &Fused,
        chosen: &[NodeId],
        new: &HashMap<NodeId, NodeId>,
    ) -> Option<NodeId> {
        let origin = graph.node(of).origin;
        let value = self.values.get(of)?;
        let depth = chosen.last().map(|number| graph.ty(*number).depth)?;
        let around = |ty: LeafType| LeafType::new(ty.kind, ty.unit, depth);
        // An expression of one element means that of another place as well: by place.
        let mut made: HashMap<(usize, Option<usize>), NodeId> = HashMap::new();
        for (expr, place) in self.values.exprs.order(value.expr) {
            let node = match self.values.exprs.get(expr) {
                Expr::Constant(node) => *new.get(node)?,
                Expr::Column { node, .. } => {
                    let op = Op::ChosenIndex {
                        choices: program.choices,
                        level: program.level,
                        place: place?,
                    };
                    let ty = LeafType::new(Kind::Index, Unit::NONE, depth);
                    let index = graph.intern(op, chosen.to_vec(), ty, origin)?;
                    let ty = around(graph.ty(*node));
                    graph.intern(Op::Take, vec![*new.get(node)?, index], ty, origin)?
                }
                Expr::Element { of, place } => *made.get(&(*of, Some(*place)))?,
                Expr::Compute { op, ty, inputs } => {
                    let input = |input: &usize| {
                        let here = made.get(&(*input, place)).or(made.get(&(*input, None)));
                        here.copied()
                    };
                    let args = inputs.iter().map(input).collect::<Option<Vec<_>>>()?;
                    graph.intern(op.clone(), args, around(*ty), origin)?
                }
                Expr::List(_) => return None,
            };
            made.insert((expr, place), node);
        }
        made.get(&(value.expr, None)).copied()
    }
}

/// `x[argmin(key)]` or `min_by(x, key)`: what is picked from, the key, and which is best.
fn best(graph: &Graph, id: NodeId) -> Option<(NodeId, NodeId, Reduction)> {
    let node = graph.node(id);
    match (&node.op, node.args.as_slice()) {
        (Op::PickIndex { .. }, [like, number]) => {
            let number = graph.node(*number);
            match (&number.op, number.args.as_slice()) {
                (Op::Reduce(op @ (Reduction::ArgMin | Reduction::ArgMax)), [key]) => {
                    Some((*like, *key, *op))
                }
                _ => None,
            }
        }
        (Op::BestIndex { op, .. }, [like, key]) => Some((*like, *key, *op)),
        _ => None,
    }
}

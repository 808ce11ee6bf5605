//! Many analyses as one walk over the events: what they share is done once.
//!
//! All are compiled into one program, whose graph makes equal expressions one node. Cuts form
//! a tree: analyses (and variations of one) that begin with the same cuts share a path from
//! its root, and part where their cuts differ. Counts and fills hang on the nodes of the tree;
//! two that are the same are done once.

use photopeak_hist::Histogram;

use super::compile::{Compiled, Fill};
use super::sums::{Count, Sums, anonymous};
use crate::expr::{ExprId, NodeId, Program};

/// One or more compiled analyses, ready to run over a block of events.
pub(crate) struct Plan {
    pub(crate) program: Program,
    /// The columns of the dataset that any expression needs, ascending.
    pub(crate) columns: Vec<usize>,
    /// The tree of cuts, each node before its children. The first is all events.
    pub(crate) nodes: Vec<Node>,
    pub(crate) counts: Vec<Tally>,
    pub(crate) fills: Vec<Fill>,
    /// What a partition without events gives.
    pub(crate) empty: Sums,
}

/// A selection: the events of the node above for which one more thing is true.
pub(crate) struct Node {
    /// One truth value for each event; none for the root.
    pub(crate) cut: Option<NodeId>,
    /// The number of the first node that is not below this one.
    pub(crate) end: usize,
    /// What is counted here, by number.
    pub(crate) counts: Vec<usize>,
    /// What is filled here, by number.
    pub(crate) fills: Vec<usize>,
}

/// A count of events and of their weights.
pub(crate) struct Tally {
    pub(crate) weight: Option<ExprId>,
}

/// Where the results of one compiled analysis are among the sums of the plan.
#[derive(Debug, Clone)]
pub(crate) struct Places {
    /// For all events and after each cut, the number of the count.
    pub(crate) counts: Vec<usize>,
    /// For each histogram its number.
    pub(crate) histograms: Vec<usize>,
}

/// A plan in the making.
pub(crate) struct Planner {
    program: Program,
    nodes: Vec<Branch>,
    counts: Vec<Tally>,
    fills: Vec<Fill>,
    histograms: Vec<Histogram>,
}

#[derive(Default)]
struct Branch {
    cut: Option<NodeId>,
    children: Vec<usize>,
    counts: Vec<usize>,
    fills: Vec<usize>,
}

impl Planner {
    pub(crate) fn new(program: Program) -> Self {
        Self {
            program,
            nodes: vec![Branch::default()],
            counts: Vec::new(),
            fills: Vec::new(),
            histograms: Vec::new(),
        }
    }

    /// The program, to compile the next analysis with.
    pub(crate) fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// Adds an analysis that was compiled with this planner's program.
    pub(crate) fn add(&mut self, compiled: Compiled) -> Places {
        let Compiled {
            cuts,
            weight,
            fills,
        } = compiled;
        let mut at = 0;
        let mut path = vec![at];
        for cut in &cuts {
            at = self.descend(at, *cut);
            path.push(at);
        }
        let counts = path.iter().map(|node| self.count(*node, weight)).collect();
        let mut histograms = Vec::new();
        for fill in fills {
            let mut node = path.get(fill.after).copied().unwrap_or(at);
            if let Some(condition) = fill.condition {
                node = self.descend(node, condition);
            }
            histograms.push(self.fill(node, fill));
        }
        Places { counts, histograms }
    }

    /// The node under `at` where the selection holds; one step for each part of an `&&`.
    fn descend(&mut self, mut at: usize, selection: ExprId) -> usize {
        let parts = self.program.conjuncts(selection).unwrap_or(&[]).to_vec();
        for part in parts {
            let known = self.nodes.get(at).and_then(|node| {
                let mut children = node.children.iter().copied();
                children.find(|child| self.nodes.get(*child).is_some_and(|c| c.cut == Some(part)))
            });
            at = known.unwrap_or_else(|| {
                let new = self.nodes.len();
                self.nodes.push(Branch {
                    cut: Some(part),
                    ..Branch::default()
                });
                if let Some(node) = self.nodes.get_mut(at) {
                    node.children.push(new);
                }
                new
            });
        }
        at
    }

    fn count(&mut self, node: usize, weight: Option<ExprId>) -> usize {
        let same = |tally: &Tally| self.same(tally.weight, weight);
        let here = self.nodes.get(node).map_or(&[][..], |node| &node.counts);
        let known = here.iter().copied();
        if let Some(known) = known
            .into_iter()
            .find(|i| self.counts.get(*i).is_some_and(same))
        {
            return known;
        }
        let new = self.counts.len();
        self.counts.push(Tally { weight });
        if let Some(node) = self.nodes.get_mut(node) {
            node.counts.push(new);
        }
        new
    }

    fn fill(&mut self, node: usize, fill: Fill) -> usize {
        let empty = anonymous(fill.empty.clone());
        let same = |i: usize| {
            self.histograms.get(i).is_some_and(|other| *other == empty)
                && self.fills.get(i).is_some_and(|other| {
                    self.same(other.weight, fill.weight)
                        && other.axes.len() == fill.axes.len()
                        && (other.axes.iter().zip(&fill.axes))
                            .all(|(a, b)| self.same(Some(*a), Some(*b)))
                })
        };
        let here = self.nodes.get(node).map_or(&[][..], |node| &node.fills);
        if let Some(known) = here.iter().copied().find(|i| same(*i)) {
            return known;
        }
        let new = self.fills.len();
        self.fills.push(fill);
        self.histograms.push(empty);
        if let Some(node) = self.nodes.get_mut(node) {
            node.fills.push(new);
        }
        new
    }

    /// Whether two expressions are one node of the graph.
    fn same(&self, a: Option<ExprId>, b: Option<ExprId>) -> bool {
        let node = |id: ExprId| self.program.term(id).leaf();
        match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => a == b || (node(a).is_some() && node(a) == node(b)),
            _ => false,
        }
    }

    pub(crate) fn finish(mut self) -> Plan {
        self.program.fuse();
        let mut nodes: Vec<Node> = Vec::with_capacity(self.nodes.len());
        // Depth first, without recursion: `None` closes the innermost open node.
        let mut stack = vec![Some(0)];
        let mut open = Vec::new();
        let mut branches: Vec<Option<Branch>> = self.nodes.into_iter().map(Some).collect();
        while let Some(step) = stack.pop() {
            let Some(number) = step else {
                let end = nodes.len();
                if let Some(node) = open.pop().and_then(|i: usize| nodes.get_mut(i)) {
                    node.end = end;
                }
                continue;
            };
            let Some(branch) = branches.get_mut(number).and_then(Option::take) else {
                continue;
            };
            open.push(nodes.len());
            stack.push(None);
            stack.extend(branch.children.iter().rev().map(|child| Some(*child)));
            nodes.push(Node {
                cut: branch.cut.map(|cut| self.program.now(cut)),
                end: 0,
                counts: branch.counts,
                fills: branch.fills,
            });
        }
        Plan {
            columns: self.program.columns(),
            program: self.program,
            nodes,
            empty: Sums {
                counts: vec![Count::default(); self.counts.len()],
                histograms: self.histograms,
            },
            counts: self.counts,
            fills: self.fills,
        }
    }
}

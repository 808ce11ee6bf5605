//! What a piece of an expression stands for while it is checked: a node, or a record of them.

use std::sync::Arc;

use super::ir::{Graph, NodeId};
use super::types::Type;

/// A checked expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Term {
    Leaf(NodeId),
    Record(Record),
}

/// A record below `depth` lists. Every field has those lists around it too.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Record {
    pub(crate) depth: usize,
    pub(crate) fields: Arc<[(Arc<str>, Term)]>,
}

/// Most fields of a record, those of nested records included.
pub(crate) const MAX_FIELDS: usize = 4096;

impl Record {
    pub(crate) fn new(depth: usize, fields: Vec<(&str, Term)>) -> Self {
        let fields = fields.into_iter().map(|(name, term)| (name.into(), term));
        Self {
            depth,
            fields: fields.collect(),
        }
    }

    pub(crate) fn field(&self, name: &str) -> Option<&Term> {
        let found = self.fields.iter().find(|(field, _)| field.as_ref() == name);
        found.map(|(_, term)| term)
    }

    /// The first field with one of these names.
    pub(crate) fn any_field(&self, names: &[&str]) -> Option<&Term> {
        names.iter().find_map(|name| self.field(name))
    }
}

impl Term {
    /// Lists around the value or the record.
    pub(crate) fn depth(&self, graph: &Graph) -> usize {
        match self {
            Term::Leaf(id) => graph.ty(*id).depth,
            Term::Record(record) => record.depth,
        }
    }

    pub(crate) fn leaf(&self) -> Option<NodeId> {
        match self {
            Term::Leaf(id) => Some(*id),
            Term::Record(_) => None,
        }
    }

    /// All nodes, with the path of field names to each.
    pub(crate) fn leaves(&self) -> Vec<(Vec<Arc<str>>, NodeId)> {
        fn walk(term: &Term, path: &mut Vec<Arc<str>>, out: &mut Vec<(Vec<Arc<str>>, NodeId)>) {
            match term {
                Term::Leaf(id) => out.push((path.clone(), *id)),
                Term::Record(record) => {
                    for (name, term) in record.fields.iter() {
                        path.push(Arc::clone(name));
                        walk(term, path, out);
                        path.pop();
                    }
                }
            }
        }
        let mut out = Vec::new();
        walk(self, &mut Vec::new(), &mut out);
        out
    }

    /// A node that has the lists around this term: any leaf.
    pub(crate) fn any_leaf(&self) -> Option<NodeId> {
        match self {
            Term::Leaf(id) => Some(*id),
            Term::Record(record) => record.fields.iter().find_map(|(_, term)| term.any_leaf()),
        }
    }

    /// The same record structure with every node and every depth replaced.
    pub(crate) fn map<E>(
        &self,
        depth: &impl Fn(usize) -> usize,
        leaf: &mut impl FnMut(NodeId) -> Result<NodeId, E>,
    ) -> Result<Term, E> {
        Ok(match self {
            Term::Leaf(id) => Term::Leaf(leaf(*id)?),
            Term::Record(record) => {
                let mut fields = Vec::with_capacity(record.fields.len());
                for (name, term) in record.fields.iter() {
                    fields.push((Arc::clone(name), term.map(depth, leaf)?));
                }
                Term::Record(Record {
                    depth: depth(record.depth),
                    fields: fields.into(),
                })
            }
        })
    }

    /// The type as the user sees it, below `above` lists that are already accounted for.
    pub(crate) fn ty(&self, graph: &Graph, above: usize) -> Type {
        match self {
            Term::Leaf(id) => {
                let mut ty = graph.ty(*id);
                ty.depth = ty.depth.saturating_sub(above);
                ty.public()
            }
            Term::Record(record) => {
                let fields = record.fields.iter();
                let fields =
                    fields.map(|(name, term)| (name.to_string(), term.ty(graph, record.depth)));
                Type::Record(fields.collect()).nested(record.depth.saturating_sub(above))
            }
        }
    }

    /// Number of nodes, to bound records of records.
    pub(crate) fn size(&self) -> usize {
        match self {
            Term::Leaf(_) => 1,
            Term::Record(record) => record.fields.iter().map(|(_, term)| term.size()).sum(),
        }
    }
}

//! Where values are: the lists around them, told apart by how they were made.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use photopeak_analysis::expr::Type;

use super::events::Content;
use super::grammar::{BOOL, INT, Kinds, PLACED, REAL, RECORD, TEXT};

/// Which lists are around a value, outermost first: values under equal ones are equally long.
pub(super) type Lists = Vec<u64>;

/// Where the values of an expression are.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Leaf(Kinds, Lists),
    Record(Lists, Vec<(String, Shape)>),
}

/// The list that is made of another one in some way.
pub(super) fn derived(list: u64, how: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (list, how).hash(&mut hasher);
    hasher.finish()
}

impl Shape {
    pub(super) fn of(content: &Content, lists: Lists) -> Shape {
        match content {
            Content::Int => Shape::Leaf(INT, lists),
            Content::Real => Shape::Leaf(REAL, lists),
            Content::Bool => Shape::Leaf(BOOL, lists),
            Content::Text => Shape::Leaf(TEXT, lists),
            Content::Missing(of) => Shape::of(of, lists),
            Content::List(name, of) => {
                let list = derived(0, name);
                Shape::of(of, [lists, vec![list]].concat())
            }
            Content::Record(fields) => {
                let fields = fields.iter();
                let shape = |of| Shape::of(of, lists.clone());
                let fields = fields.map(|(name, of)| ((*name).to_owned(), shape(of)));
                Shape::Record(lists.clone(), fields.collect())
            }
        }
    }

    pub(super) fn lists(&self) -> &Lists {
        match self {
            Shape::Leaf(_, lists) | Shape::Record(lists, _) => lists,
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.lists().len()
    }

    pub(super) fn fields(&self) -> &[(String, Shape)] {
        match self {
            Shape::Leaf(..) => &[],
            Shape::Record(_, fields) => fields,
        }
    }

    fn map(&self, f: &impl Fn(&Lists) -> Lists) -> Shape {
        match self {
            Shape::Leaf(kinds, lists) => Shape::Leaf(*kinds, f(lists)),
            Shape::Record(lists, fields) => {
                let fields = fields.iter();
                let fields = fields.map(|(name, shape)| (name.clone(), shape.map(f)));
                Shape::Record(f(lists), fields.collect())
            }
        }
    }

    /// Elements taken from the lists at `level`, now under `around`.
    pub(super) fn taken(&self, level: usize, around: &[u64], how: &str) -> Shape {
        self.map(&|lists| {
            let deeper = lists[level..].iter().map(|&list| derived(list, how));
            around.iter().copied().chain(deeper).collect()
        })
    }

    /// Whether all fields are values right in the record.
    pub(super) fn is_flat(&self) -> bool {
        let flat =
            |shape: &Shape| matches!(shape, Shape::Leaf(..)) && shape.depth() == self.depth();
        self.fields().iter().all(|(_, shape)| flat(shape))
    }

    /// The field that says whether a record is there.
    pub(super) fn presence(&self) -> Option<&str> {
        let mut fields = self.fields().iter();
        let found = fields.find(|(_, of)| of.depth() == self.depth());
        found.map(|(name, _)| name.as_str())
    }

    pub(super) fn kinds(&self) -> Kinds {
        match self {
            Shape::Leaf(kinds, _) => *kinds,
            Shape::Record(lists, fields) => {
                let real = |name| {
                    let field = fields.iter().find(|(field, _)| field == name);
                    field.is_some_and(|(_, shape)| *shape == Shape::Leaf(REAL, lists.clone()))
                };
                RECORD
                    | if real("eta") && real("phi") {
                        PLACED
                    } else {
                        0
                    }
            }
        }
    }

    /// The same lists, with the kinds that the checker found.
    pub(super) fn checked(&self, ty: &Type, above: usize, text: &str) -> Shape {
        assert_eq!(ty.depth(), self.depth() - above, "{text}: {ty} {self:?}");
        let mut inner = ty;
        while let Type::List(of) = inner {
            inner = of;
        }
        match (self, inner) {
            (Shape::Leaf(_, lists), Type::Record(_)) => panic!("{text}: {ty} {lists:?}"),
            (Shape::Leaf(_, lists), leaf) => {
                let kind = match leaf {
                    Type::Int(_) => INT,
                    Type::Real(_) => REAL,
                    Type::Bool => BOOL,
                    _ => TEXT,
                };
                Shape::Leaf(kind, lists.clone())
            }
            (Shape::Record(lists, fields), Type::Record(types)) => {
                let field = |(name, ty): &(String, Type)| {
                    let (_, shape) = fields.iter().find(|(field, _)| field == name).unwrap();
                    (name.clone(), shape.checked(ty, lists.len(), text))
                };
                assert_eq!(types.len(), fields.len(), "{text}: {ty} {self:?}");
                Shape::Record(lists.clone(), types.iter().map(field).collect())
            }
            (Shape::Record(..), _) => panic!("{text}: {ty} {self:?}"),
        }
    }
}

pub(super) fn leaf(lists: impl Into<Lists>) -> Shape {
    Shape::Leaf(0, lists.into())
}

/// Whether one of them is around the other.
pub(super) fn meet(a: &[u64], b: &[u64]) -> bool {
    a.starts_with(b) || b.starts_with(a)
}

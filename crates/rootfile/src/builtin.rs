//! The few classes that every file may use without describing them.

use std::sync::Arc;

use crate::plan::{ClassPlan, Kind, Member, Prim};

/// A plan from our own knowledge, for a class the file does not describe.
pub(crate) fn plan(class: &str, version: u16) -> Option<Arc<ClassPlan>> {
    let member = |name: &str, kind: Kind| Member {
        name: name.into(),
        is_base: matches!(kind, Kind::TObject)
            || matches!(&kind, Kind::Class(base) if base == name),
        kind,
    };
    let text = || Kind::Text { header: false };
    let base = |name: &str| member(name, Kind::Class(name.to_owned()));
    let int = |name: &str| member(name, Kind::Prim(Prim::I32));
    let members = match class {
        "TNamed" => vec![
            member("TObject", Kind::TObject),
            member("fName", text()),
            member("fTitle", text()),
        ],
        "TObjString" => vec![member("TObject", Kind::TObject), member("fString", text())],
        "TFriendElement" => vec![
            base("TNamed"),
            member("fTreeName", text()),
            member("fOwnFile", Kind::Prim(Prim::Bool)),
        ],
        "TAttLine" => ["fLineColor", "fLineStyle", "fLineWidth"]
            .map(|name| member(name, Kind::Prim(Prim::I16)))
            .into(),
        "TAttFill" => ["fFillColor", "fFillStyle"]
            .map(|name| member(name, Kind::Prim(Prim::I16)))
            .into(),
        "TAttMarker" => vec![
            member("fMarkerColor", Kind::Prim(Prim::I16)),
            member("fMarkerStyle", Kind::Prim(Prim::I16)),
            member("fMarkerSize", Kind::Prim(Prim::F32)),
        ],
        "TLeaf" => vec![
            base("TNamed"),
            int("fLen"),
            int("fLenType"),
            int("fOffset"),
            member("fIsRange", Kind::Prim(Prim::Bool)),
            member("fIsUnsigned", Kind::Prim(Prim::Bool)),
            member("fLeafCount", Kind::Pointer("TLeaf".to_owned())),
        ],
        _ => return None,
    };
    Some(Arc::new(ClassPlan {
        name: class.into(),
        version: i32::from(version),
        checksum: 0,
        members,
    }))
}

//! The documents of a release, read by the programs that they are for.

use photopeak_peers::Python;

use crate::draft::{Built, Draft};

/// What a program says of a built release, whose folder is its first argument.
fn say(module: &str, built: &Built, program: &str) -> Option<String> {
    let python = Python::with(module)?;
    Some(python.program(program, &[&built.folder]))
}

fn two_formats() -> Built {
    let step = "[[step]]\nname = \"Labels\"\ndescription = \"Cuts tuned by detector and run\"\nsoftware = \"photopeak label\"\nversion = \"0.1.0\"\n\n[[table]]";
    Draft::clean()
        .with("[[table]]", step)
        .with("[\"parquet\"]", "[\"parquet\", \"hdf5\"]\nrows = 400")
        .build()
}

#[test]
fn frictionless_reads_the_data_package() {
    let program = "
import sys, frictionless
package = frictionless.Package(sys.argv[1] + '/datapackage.json')
errors = list(frictionless.Package.metadata_validate(package.to_descriptor()))
assert not errors, errors
names = [r.name for r in package.resources]
train = package.get_resource('events-train-000')
print(len(names), train.schema.get_field('energy').constraints, train.schema.primary_key)
blind = package.get_resource('events-blind-000')
assert not blind.schema.has_field('energy')
";
    if let Some(said) = say("frictionless", &two_formats(), program) {
        let wanted = "{'maximum': 3500.0, 'minimum': 0.0, 'required': True} ['id']\n";
        assert!(said.ends_with(wanted), "{said}");
    }
}

#[test]
fn datacite_knows_both_of_its_forms() {
    // The schema of 4.5; what 4.6 added is not used. The XML is that which the library makes.
    let program = "
import sys, json, datacite.schema45 as d
from lxml import etree
folder = sys.argv[1]
record = json.load(open(folder + '/datacite.json'))
d.validator.validate(record)
def flat(root):
    found = []
    for element in root.iter():
        text = (element.text or '').strip()
        name = etree.QName(element).localname
        attributes = {k: v for k, v in element.attrib.items() if not k.startswith('{')}
        if text:
            found.append((name, text, tuple(sorted(attributes.items()))))
    return sorted(found)
ours = flat(etree.parse(folder + '/datacite.xml').getroot())
theirs = flat(etree.fromstring(d.tostring(record).encode()))
names = lambda rows: {(n, t) for n, t, _ in rows}
print('only here', sorted(names(ours) - names(theirs)))
print('only there', sorted(names(theirs) - names(ours)))
";
    if let Some(said) = say("datacite, lxml", &two_formats(), program) {
        assert_eq!(said, "only here [('rights', 'CC-BY-4.0')]\nonly there []\n");
    }
}

#[test]
fn rocrate_finds_everything_that_is_named() {
    let program = "
import sys
from rocrate.rocrate import ROCrate
crate = ROCrate(sys.argv[1])
ids = {e.id for e in crate.get_entities()}
def named(value):
    if isinstance(value, dict):
        if set(value) == {'@id'}:
            yield value['@id']
        for v in value.values():
            yield from named(v)
    if isinstance(value, list):
        for v in value:
            yield from named(v)
lost = sorted({n for e in crate.get_entities() for n in named(e.properties())} - ids - {'https://w3id.org/ro/crate/1.2'})
assert not lost, lost
root = crate.root_dataset
build = crate.get('#build')
print(root['license'].id, root['creator'][0]['name'], build['instrument']['name'], len(build['object']), crate.get('#step-1')['instrument']['softwareVersion'])
";
    if let Some(said) = say("rocrate.rocrate", &two_formats(), program) {
        assert!(
            said.starts_with(
                "https://spdx.org/licenses/CC-BY-4.0.html Carberry, Josiah Photopeak "
            ),
            "{said}"
        );
        assert!(said.ends_with(" 1 0.1.0\n"), "{said}");
    }
}

#[test]
fn the_hub_reads_the_card() {
    let program = "
import sys
from huggingface_hub import DatasetCard
card = DatasetCard.load(sys.argv[1] + '/huggingface.md')
data = card.data.to_dict()
config = data['configs'][0]
print(data['license'], data['size_categories'], config['config_name'], [f['split'] for f in config['data_files']], card.text.strip().splitlines()[0])
";
    if let Some(said) = say("huggingface_hub", &two_formats(), program) {
        assert_eq!(
            said,
            "cc-by-4.0 ['1K<n<10K'] events ['train', 'test', 'blind'] # Simulated records of a detector\n"
        );
    }
}

#[test]
fn croissant_without_an_address_claims_none() {
    let identifiers =
        "doi = \"10.5281/zenodo.1234567\"\nurl = \"https://zenodo.org/records/1234567\"\n";
    let built = Draft::clean().with(identifiers, "").build();
    for name in [
        "croissant.json",
        "datacite.json",
        "datapackage.json",
        "ro-crate-metadata.json",
        "index.html",
        "README.md",
    ] {
        let text = std::fs::read_to_string(built.path(name)).unwrap();
        assert!(!text.contains("example.org"), "{name}");
    }
    let program = "
import sys, mlcroissant
data = mlcroissant.Dataset(sys.argv[1] + '/croissant.json')
assert not data.metadata.issues.errors, data.metadata.issues.errors
print(data.metadata.url, sum(1 for _ in data.records('events-test')) > 100)
";
    if let Some(said) = say("mlcroissant", &built, program) {
        assert_eq!(said, "None True\n");
    }
}

#[test]
fn the_page_stands_alone() {
    let built = two_formats();
    let page = std::fs::read_to_string(built.path("index.html")).unwrap();
    for part in [
        "<title>Simulated records of a detector</title>",
        "simulated data",
        "<code>int16[80]</code> · ADC",
        "80 samples",
        "role label\">label",
        "prefers-color-scheme: dark",
        "source.parquet",
        "Labels",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Nothing is fetched and nothing runs.
    for part in ["<script", "<link", "src=", "@import", "url("] {
        assert!(!page.contains(part), "{part}");
    }
    // A picture for every field but the id.
    assert_eq!(page.matches("<figure").count(), 7);
}

#[test]
fn what_it_was_made_of_is_told_without_saying_where() {
    let built = two_formats();
    let text = std::fs::read_to_string(built.path("provenance.json")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(told["inputs"][0]["name"], "source.parquet");
    let source = built.folder.with_file_name("source.parquet");
    let sums = photopeak_release::checksums(&source, |_| ()).unwrap();
    assert_eq!(told["inputs"][0]["sha256"], sums.sha256);
    assert_eq!(told["steps"][0]["software"], "photopeak label");
    let readme = std::fs::read_to_string(built.path("README.md")).unwrap();
    assert!(
        readme.contains("- Labels: Cuts tuned by detector and run (photopeak label 0.1.0)\n"),
        "{readme}"
    );
    let home = source.parent().unwrap().to_str().unwrap().to_owned();
    for name in [
        "provenance.json",
        "README.md",
        "index.html",
        "croissant.json",
        "ro-crate-metadata.json",
    ] {
        let text = std::fs::read_to_string(built.path(name)).unwrap();
        assert!(!text.contains(&home), "{name}");
    }
}

#[test]
fn a_table_divided_in_its_own_way() {
    let draft = |fractions: &str| {
        Draft::clean().with(
            "sources = [\"source.parquet\"]",
            &format!("sources = [\"source.parquet\"]\nfractions = {fractions}"),
        )
    };
    draft("{ train = 0.2, test = 0.7, blind = 0.1 }").finds(&[]);
    let built = draft("{ train = 0.2, test = 0.7, blind = 0.1 }").build();
    let rows = |name: &str| built.read(name).num_rows();
    assert!(rows(crate::draft::TEST) > 3 * rows(crate::draft::TRAIN));
    let wrong = |fractions: &str| {
        let draft = draft(fractions);
        photopeak_release::Release::read(&draft.write())
            .unwrap_err()
            .to_string()
    };
    assert!(
        wrong("{ train = 0.5, test = 0.5 }")
            .ends_with("table events: fractions: name every part (train, test, blind)")
    );
    assert!(
        wrong("{ train = 0.5, test = 0.5, blind = 0.5 }")
            .ends_with("table events: fractions add up to 1.5, not to 1")
    );
}

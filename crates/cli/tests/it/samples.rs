//! `photopeak samples`.

use super::common::{command, fails, finished, json, misused, works};

#[test]
fn releases_first() {
    let text = works(&["samples"]);
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("release "), "{text}");
    for (line, part) in lines.zip([
        "atlas-2016-8tev   8 TeV   1 fb⁻¹",
        "atlas-2020-13tev  13 TeV  10.064 fb⁻¹",
        "atlas-2025-13tev  13 TeV  36.6 fb⁻¹",
    ]) {
        assert!(line.starts_with(part), "{text}");
    }
}

#[test]
fn a_release_with_all_of_its_samples() {
    let text = works(&["samples", "--release", "atlas-2016-8tev"]);
    for part in [
        "luminosity  1000 pb⁻¹",
        "constant    mv1_70 = 0.7892",
        "atlas-2016-8tev: 44 samples",
        "\n147770  Zee ",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let text = works(&["samples", "--release", "atlas-2025-13tev"]);
    for part in [
        "luminosity  36.6 ± 0.34 fb⁻¹",
        "\nexactly4lep  389    1.5 GB    93924, 93928  exactly four leptons with pT > 7 GeV\n",
        "cross-sections and sums of weights are in the files\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn words_search_names_and_processes() {
    let text = works(&["samples", "h125", "zz4lep", "--release", "atlas-2020-13tev"]);
    let dsids: Vec<&str> = text
        .lines()
        .skip(2)
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert_eq!(dsids, ["341947", "341964", "344235", "345060"]);
    // A row for the collection, where there is one.
    let of_two = [
        "samples",
        "single_top_tchan",
        "--collection",
        "2lep",
        "--json",
    ];
    let rows = json(&works(&of_two));
    assert_eq!(rows[0]["samples"].as_array().unwrap().len(), 1);
    assert_eq!(rows[0]["samples"][0]["sum_of_weights"], 4_986_200.0);
    let of_tau = [
        "samples",
        "single_top_tchan",
        "--collection",
        "1lep1tau",
        "--json",
    ];
    let rows = json(&works(&of_tau));
    assert_eq!(rows[0]["samples"][0]["sum_of_weights"], 1_996_600.0);
    assert_eq!(rows[0]["samples"][0]["sign_of_weight"], true);
}

#[test]
fn one_sample_with_all_that_is_known() {
    let text = works(&["samples", "361106"]);
    for part in [
        "sample         361106 Zee\n",
        "cross-section  1950.5295 pb\n",
        "all others  79 045 597  150277594200  40.5          1.306258e-4\n",
        "7 files, 12.3 GB\n",
        "  4lep            299577      d58a256c  root://eospublic.cern.ch//eos/opendata/atlas/\
         OutreachDatasets/2020-08-19/4lep/MC/mc_361106.Zee.4lep.root\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let text = works(&["samples", "stop_tchan_top"]);
    for part in [
        "record 3803, https://doi.org/10.7483/OPENDATA.ATLAS.ZKB4.7X2E\n150 000 events in the file\n",
        "\nconflict: Sum of weights of single top, t-channel\n  It looks wrong and is right:",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // The same identifier in two releases.
    let text = works(&["samples", "345060"]);
    assert_eq!(text.matches("\nrelease ").count(), 2, "{text}");
    assert!(text.contains("xsec * kfac * filteff / sum_of_weights"));
}

#[test]
fn files_to_fetch() {
    let text = works(&[
        "samples",
        "--release",
        "atlas-2020-13tev",
        "--collection",
        "4lep",
        "--files",
    ]);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("atlas-2020-13tev: 110 files, 528.7 MB"));
    assert_eq!(lines.next(), Some("bytes      adler32   address"));
    assert_eq!(
        lines.next(),
        Some(
            "33765      b6a8df64  root://eospublic.cern.ch//eos/opendata/atlas/OutreachDatasets/2020-08-19/\
             4lep/Data/data_A.4lep.root"
        )
    );
}

#[test]
fn what_an_analysis_needs() {
    let arguments = |name, more: &[&'static str]| [&["samples", "--analysis", name], more].concat();
    let text = works(&arguments("atlas-2016/zz", &[]));
    assert!(text.starts_with("atlas-2016-8tev: 27 samples\n"), "{text}");
    let of_collection = ["--collection", "exactly4lep", "--files"];
    let text = works(&arguments("atlas-2025/hzz", &of_collection));
    let expected = "atlas-2025-13tev: 40 files, 977.1 MB\n";
    assert!(text.starts_with(expected), "{text}");
    for part in ["_data15_periodD.", "_mc_700600."] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // The release tells which of several of a name is meant.
    fails(
        &arguments("hzz", &[]),
        "several analyses are called \"hzz\"; say which: atlas-2020/hzz, atlas-2025/hzz",
    );
    let text = works(&arguments("hzz", &["--release", "atlas-2025-13tev"]));
    assert!(text.starts_with("atlas-2025-13tev: 24 samples\n"), "{text}");
    fails(
        &arguments("adl/q1", &[]),
        "no analysis \"adl/q1\" has processes, which say what samples it needs",
    );
    fails(
        &arguments("hzz", &["--release", "atlas-2016-8tev"]),
        "no analysis \"hzz\" of release atlas-2016-8tev has processes, which say what samples it needs",
    );
}

#[test]
fn conflicts_with_both_values() {
    let text = works(&["samples", "--conflicts", "--release", "atlas-2020-13tev"]);
    for part in [
        "atlas-2020-13tev: 93 conflicts of official numbers\n\nIntegrated luminosity\n",
        "*  10064 pb⁻¹    Plotting.cxx of the C++ framework\n",
        "  345324  *  0.58           Files_HWW.txt\n             0.1481173588   infofile.py\n",
        "  410000  1largeRjet1lep  *  49386600  events of infofile.py\n",
        "  341081  *  2.6433864e-06  infofile.py and Files_Hyy.txt\n",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    fails(
        &[
            "samples",
            "WW",
            "--release",
            "atlas-2016-8tev",
            "--process",
            "diboson",
            "--conflicts",
        ],
        "no conflict is known of what was asked for",
    );
}

#[test]
fn names_that_are_not_there() {
    fails(
        &["samples", "--release", "atlas-2020-13te"],
        "there is no release \"atlas-2020-13te\" in the catalogue; did you mean atlas-2020-13tev?",
    );
    fails(
        &["samples", "Zeee"],
        "no sample has \"Zeee\" in its name or process; did you mean Zee?",
    );
    fails(
        &["samples", "999999"],
        "no sample has \"999999\" in its name or process; `photopeak samples --release NAME` lists them",
    );
    fails(
        &["samples", "--process", "higs"],
        "no sample is of a process \"higs\"; did you mean Higgs?",
    );
    fails(
        &[
            "samples",
            "--release",
            "atlas-2016-8tev",
            "--process",
            "xyz",
        ],
        "no sample is of a process \"xyz\"; there are Drell-Yan, Higgs boson, W + jets, Z + jets, Z', \
         diboson, single top, top pair",
    );
    fails(
        &[
            "samples",
            "--release",
            "atlas-2025-13tev",
            "--collection",
            "2bjets7",
        ],
        "release atlas-2025-13tev has no collection \"2bjets7\"; did you mean 2bjets70?",
    );
    fails(
        &["samples", "Zee", "--process", "Higgs"],
        "no sample fits all of that; leave a word or an option out",
    );
    misused(
        &["samples", "--files", "--conflicts"],
        "the argument '--files' cannot be used with '--conflicts'",
    );
}

/// A user's rows come to the shipped ones, or take their place; wrong ones are pointed at.
#[test]
fn rows_of_the_user() {
    let folder = tempfile::tempdir().unwrap();
    let release = folder.path().join("releases/atlas-2016-8tev");
    std::fs::create_dir_all(&release).unwrap();
    let with = |rows: &str, arguments: &[&str]| {
        let table = format!("dsid,name,process,events,cross_section_pb,sum_of_weights\n{rows}");
        std::fs::write(release.join("samples.csv"), table).unwrap();
        let mut command = command(arguments);
        finished(
            command
                .env("PHOTOPEAK_CATALOG", folder.path())
                .output()
                .unwrap(),
        )
    };
    let rows = "105986,ZZ,diboson,10,2,10\n999999,mine,something new,5,1,5\n";
    let arguments = ["samples", "--release", "atlas-2016-8tev", "--json"];
    let samples = json(&with(rows, &arguments).out)[0]["samples"].clone();
    let samples = samples.as_array().unwrap();
    assert_eq!(samples.len(), 45);
    let of = |dsid: u32| samples.iter().find(|s| s["dsid"] == dsid).unwrap();
    assert_eq!(of(105_986)["scale"], 200.0);
    assert_eq!(of(999_999)["process"], "something new");
    let run = with("105986,ZZ,diboson,many,2,10\n", &arguments);
    let place = release.join("samples.csv");
    assert_eq!(
        run.err,
        format!(
            "error: release atlas-2016-8tev, {}, line 2: events: invalid digit found in string\n",
            place.display()
        )
    );
}

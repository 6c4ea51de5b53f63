//! The files of a report: the canonical JSON, and every form that is made from it.

use std::io;
use std::path::{Path, PathBuf};

use super::{Report, earl, html, junit};

/// A form of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `report.json`, the canonical one.
    Json,
    /// `report.html`, for people.
    Html,
    /// `junit.xml`, for continuous integration.
    Junit,
    /// `earl.jsonld`, for registers.
    Earl,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Json, Self::Html, Self::Junit, Self::Earl];

    /// The name of its file.
    pub fn file(self) -> &'static str {
        match self {
            Self::Json => "report.json",
            Self::Html => "report.html",
            Self::Junit => "junit.xml",
            Self::Earl => "earl.jsonld",
        }
    }

    /// Makes it.
    pub fn of(self, report: &Report) -> io::Result<String> {
        match self {
            Self::Json => report.to_json().map_err(io::Error::other),
            Self::Html => html(report).map_err(io::Error::other),
            Self::Junit => junit(report),
            Self::Earl => serde_json::to_string_pretty(&earl(report)).map_err(io::Error::other),
        }
    }
}

/// Writes every form into `folder`, which is made if it is not there, and gives their paths.
///
/// Each file is complete under its name or not there at all.
pub fn write(report: &Report, folder: &Path) -> io::Result<Vec<PathBuf>> {
    std::fs::create_dir_all(folder)?;
    let mut paths = Vec::new();
    for form in Form::ALL {
        let path = folder.join(form.file());
        let unfinished = folder.join(format!("{}.part", form.file()));
        std::fs::write(&unfinished, form.of(report)?)?;
        std::fs::rename(&unfinished, &path)?;
        paths.push(path);
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{SECRETS, report};

    #[test]
    fn no_form_holds_a_secret() {
        for form in Form::ALL {
            let text = form.of(&report()).unwrap();
            for secret in SECRETS {
                assert!(!text.contains(secret), "{secret} in {}", form.file());
            }
        }
    }

    #[test]
    fn the_canonical_form_keeps_to_its_schema_and_reads_back_as_it_was() {
        let report = report();
        let schema = serde_json::from_str(specs::CONFORMANCE_REPORT_SCHEMA).unwrap();
        let document = serde_json::from_str(&report.to_json().unwrap()).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_eq!(serde_json::from_value::<Report>(document).unwrap(), report);
    }

    #[test]
    fn the_schema_refuses_what_no_run_writes() {
        let schema = serde_json::from_str(specs::CONFORMANCE_REPORT_SCHEMA).unwrap();
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        let mut document = serde_json::to_value(report()).unwrap();
        assert!(validator.is_valid(&document));
        document["outcomes"][0]["verdict"] = "green".into();
        assert!(!validator.is_valid(&document));
    }

    #[test]
    fn all_forms_are_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let paths = write(&report(), folder.path()).unwrap();
        assert_eq!(paths.len(), 4);
        let mut names: Vec<_> =
            folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["earl.jsonld", "junit.xml", "report.html", "report.json"]);
    }
}

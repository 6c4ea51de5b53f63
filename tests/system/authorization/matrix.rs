//! The requirement matrix, which `tests/run` repeats when the group ends.

use std::collections::BTreeMap;

use system_tests::requirements::{Requirement, Standing, read};

#[test]
fn the_matrix_counts_every_requirement() {
    let rows = read(specs::AUTHORIZATION_REQUIREMENTS);
    rows.iter().for_each(|row| println!("matrix: {}", line(row)));

    let mut counts: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for row in &rows {
        let count = counts.entry(row.level.as_str()).or_default();
        count[row.standing() as usize] += 1;
    }
    for level in ["must", "must not", "should", "should not", "may"] {
        let Some([verified, not_applicable, open]) = counts.get(level) else { continue };
        println!("matrix: {level}: {verified} verified, {not_applicable} do not apply, {open} open");
    }

    let counted: usize = counts.values().flatten().sum();
    assert_eq!(counted, rows.len());
    let binding = rows.iter().filter(|row| row.is_binding() && row.standing() == Standing::Open);
    assert_eq!(binding.count(), 0, "whatever must hold is verified or does not apply");
}

/// One requirement: id, level, where it stands, and by what.
fn line(row: &Requirement) -> String {
    let why = match &row.reason {
        Some(reason) => reason.clone(),
        None => row.verified_by.join(" "),
    };
    format!("{:<4} {:<10} {:<14} {why}", row.id, row.level, row.standing().name())
}

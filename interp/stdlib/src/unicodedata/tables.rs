//! Facts of the Unicode Character Database 16.0 that no crate in use has, and where the database 3.2.0 differs. They
//! come as text (`tables.txt`): sections `@name`, then a line a run: distance of its first code point from the end of the
//! run before, its length less one, and its value. Decompositions are one code point a line and have no length.

use std::collections::HashMap;
use std::sync::OnceLock;

/// First and last code point, and what they have.
type Run = (u32, u32, &'static str);

/// All sections, parsed.
pub struct Tables {
    runs: HashMap<&'static str, Vec<Run>>,
    decompositions: HashMap<u32, &'static str>,
}

fn parse() -> Tables {
    let mut tables = Tables { runs: HashMap::new(), decompositions: HashMap::new() };
    let (mut section, mut last) = ("", 0);
    for line in include_str!("tables.txt").lines() {
        if let Some(name) = line.strip_prefix('@') {
            (section, last) = (name, 0);
            continue;
        }
        let Some((distance, rest)) = line.split_once(' ') else { continue };
        let first = last + u32::from_str_radix(distance, 16).unwrap_or(0);
        if section == "decomposition" {
            tables.decompositions.insert(first, rest);
            last = first;
        } else if let Some((more, value)) = rest.split_once(' ') {
            last = first + u32::from_str_radix(more, 16).unwrap_or(0);
            tables.runs.entry(section).or_default().push((first, last, value));
        }
    }
    tables
}

/// The tables, parsed when first asked for.
pub fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(parse)
}

impl Tables {
    /// What a section says of a code point.
    pub fn find(&self, section: &str, c: u32) -> Option<&'static str> {
        let runs = self.runs.get(section)?;
        let at = runs.partition_point(|run| run.1 < c);
        runs.get(at).filter(|run| run.0 <= c).map(|run| run.2)
    }
    /// The decomposition mapping as the database writes it.
    pub fn decomposition(&self, c: u32) -> Option<&'static str> {
        self.decompositions.get(&c).copied()
    }
}

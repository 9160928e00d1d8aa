//! The figures of both modules, and how people and programs read them.

use hosts::{Module, median};
use std::fmt::Write as _;

#[derive(Clone, Copy)]
pub enum Unit {
    Seconds,
    Megabytes,
}

/// Rows in the order in which they first got a figure.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    work: String,
    unit: Unit,
    c: Cell,
    ours: Cell,
}

#[derive(Default)]
struct Cell {
    figures: Vec<f64>,
    /// What there is to say where there is no figure.
    words: Option<String>,
}

impl Table {
    pub fn add(&mut self, work: &str, unit: Unit, module: Module, figure: f64) {
        eprintln!("  {work}: {}", show(unit, figure));
        self.cell(work, unit, module).figures.push(figure);
    }

    pub fn say(&mut self, work: &str, module: Module, words: String) {
        eprintln!("  {work}: {words}");
        self.cell(work, Unit::Seconds, module).words = Some(words);
    }

    fn cell(&mut self, work: &str, unit: Unit, module: Module) -> &mut Cell {
        let at = self.rows.iter().position(|row| row.work == work).unwrap_or_else(|| {
            self.rows.push(Row { work: work.to_owned(), unit, c: Cell::default(), ours: Cell::default() });
            self.rows.len() - 1
        });
        match module {
            Module::C => &mut self.rows[at].c,
            Module::Ours => &mut self.rows[at].ours,
        }
    }

    /// Medians, and what part of the C module's this module's is.
    pub fn markdown(&self) -> String {
        let mut text = String::from("| work | C module | this module | ratio |\n|---|--:|--:|--:|\n");
        for Row { work, unit, c, ours } in &self.rows {
            let ratio = match (c.median(), ours.median()) {
                (Some(c), Some(ours)) if c > 0.0 => format!("{:.4}", ours / c),
                _ => String::new(),
            };
            let _ = writeln!(text, "| {work} | {} | {} | {ratio} |", c.shown(*unit), ours.shown(*unit));
        }
        text
    }

    /// Every figure, in seconds or MB.
    pub fn csv(&self) -> String {
        let mut text = String::from("work,module,run,figure\n");
        for Row { work, c, ours, .. } in &self.rows {
            for (module, cell) in [(Module::C, c), (Module::Ours, ours)] {
                for (run, figure) in cell.figures.iter().enumerate() {
                    let _ = writeln!(text, "\"{work}\",{},{},{figure:.6}", module.name(), run + 1);
                }
            }
        }
        text
    }
}

impl Cell {
    fn median(&self) -> Option<f64> {
        median(&self.figures)
    }

    fn shown(&self, unit: Unit) -> String {
        self.words.clone().or_else(|| self.median().map(|median| show(unit, median))).unwrap_or_default()
    }
}

fn show(unit: Unit, figure: f64) -> String {
    match unit {
        Unit::Seconds => format!("{figure:.3} s"),
        Unit::Megabytes => format!("{figure:.1} MB"),
    }
}

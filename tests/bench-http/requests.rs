//! Processor time of a request.

use super::Settings;
use super::subject::{Files, Module, start};
use hosts::phones::{Connections, Crowd, is_good};
use hosts::{Host, median};
use std::fmt::Write as _;
use std::thread::sleep;
use std::time::Duration;

/// One of those that are compared.
struct Subject {
    module: Module,
    phones: usize,
    host: Host,
    /// What each client fetches.
    files: Vec<Vec<String>>,
    /// Of each turn, in microseconds; `None` from where on Asterisk was dead.
    figures: Vec<Option<f64>>,
}

impl Subject {
    /// Each client has phones of its own, because the C module does not live with two requests for one phone.
    fn start(module: &Module, files: Files, phones: usize, clients: usize) -> Self {
        let (host, _) = start(module, files, phones);
        let of_client = |client| (client..phones).step_by(clients).flat_map(|phone| files.of(phone)).collect();
        let files = (0..clients).map(of_client).collect();
        Self { module: module.clone(), phones, host, files, figures: Vec::new() }
    }

    fn turn(&mut self, connections: Connections, duration: Duration) {
        let figure = self.figure(connections, duration);
        self.figures.push(figure);
    }

    fn figure(&mut self, connections: Connections, duration: Duration) -> Option<f64> {
        if !self.host.is_alive() {
            return None;
        }
        let one = |crowd: Crowd, files: &Vec<String>| crowd.fetch(1, connections, files, is_good);
        let crowd = self.files.iter().fold(Crowd::at(self.host.address()), one);
        let begin = self.host.processor_time();
        let (used, got) = crowd.during(|| {
            sleep(duration);
            self.host.is_alive().then(|| self.host.processor_time() - begin)
        });
        if self.module != Module::C || self.host.is_alive() {
            got.assert_all_good();
        }
        // What was done after the clients were told to stop is as little as one answer each.
        used.map(|used| used.as_secs_f64() * 1e6 / got.good.len() as f64)
    }

    fn cell(&self) -> String {
        let figures: Vec<f64> = self.figures.iter().flatten().copied().collect();
        match median(&figures) {
            None => "dead".to_owned(),
            Some(median) if figures.len() < self.figures.len() => {
                format!("{median:.1} µs, dead after {} turns", figures.len())
            }
            Some(median) => format!("{median:.1} µs"),
        }
    }

    /// What part of the other's its figures are, turn by turn.
    fn to(&self, other: &Subject) -> String {
        let pairs = self.figures.iter().zip(&other.figures);
        let ratios: Vec<f64> = pairs.filter_map(|(one, other)| Some((*one)? / (*other)?)).collect();
        median(&ratios).map_or("–".to_owned(), |ratio| format!("{ratio:.2}"))
    }
}

pub fn processor_time(settings: &Settings) -> String {
    let Settings { runs, turn, few, many, .. } = *settings;
    let modules: Vec<Module> = std::iter::once(Module::C).chain(Module::builds()).collect();
    let has_other = modules.len() > 2;
    let mut text = format!(
        "Processor time of a request: medians of {runs} turns of {} ms each, ratios turn by turn. Where files are common, one \
         client alone, because the C module does not live with more.\n\n",
        turn.as_millis()
    );
    text += "| phones | files | connections | clients | C module | this module | to C module |";
    text += if has_other { " other build | to other build |\n" } else { "\n" };
    text += "|--:|---|---|--:|--:|--:|--:|";
    text += if has_other { "--:|--:|\n" } else { "\n" };
    let mut growth = format!("With {many} phones, to what it is with {few}:\n\n| files | connections |");
    growth += &modules.iter().map(|module| format!(" {} |", module.name())).collect::<String>();
    growth += &format!("\n|---|---|{}\n", "--:|".repeat(modules.len()));

    for (files, clients) in [(Files::Own, settings.clients), (Files::OwnAndCommon, 1)] {
        let mut subjects: Vec<Subject> = [few, many]
            .iter()
            .flat_map(|&phones| modules.iter().map(move |module| Subject::start(module, files, phones, clients)))
            .collect();
        for (connections, called) in [(Connections::Kept, "kept"), (Connections::New, "new")] {
            measure(&mut subjects, connections, settings);
            let (with_few, with_many) = subjects.split_at(modules.len());
            for of_size in [with_few, with_many] {
                let (c, ours) = (&of_size[0], &of_size[1]);
                let _ = write!(
                    text,
                    "| {} | {} | {called} | {clients} | {} | {} | {} |",
                    ours.phones,
                    files.name(),
                    c.cell(),
                    ours.cell(),
                    ours.to(c)
                );
                if let Some(other) = of_size.get(2) {
                    let _ = write!(text, " {} | {} |", other.cell(), ours.to(other));
                }
                text.push('\n');
            }
            let _ = write!(growth, "| {} | {called} |", files.name());
            for (few, many) in with_few.iter().zip(with_many) {
                let _ = write!(growth, " {} |", many.to(few));
            }
            growth.push('\n');
        }
    }
    format!("{text}\n{growth}")
}

fn measure(subjects: &mut [Subject], connections: Connections, settings: &Settings) {
    for subject in subjects.iter_mut() {
        // What is made at the first request is not counted.
        subject.figure(connections, settings.turn);
        subject.figures.clear();
    }
    for run in 1..=settings.runs {
        // Whoever comes first in a run comes last in the next.
        let forward = run % 2 == 1;
        for at in 0..subjects.len() {
            let at = if forward { at } else { subjects.len() - 1 - at };
            subjects[at].turn(connections, settings.turn);
        }
        let shown = |subject: &Subject| {
            let figure =
                subject.figures.last().copied().flatten().map_or("dead".to_owned(), |figure| format!("{figure:.1}"));
            format!("{} {}: {figure}", subject.module.name(), subject.phones)
        };
        let cells: Vec<String> = subjects.iter().map(shown).collect();
        eprintln!("turn {run} of {}: {}", settings.runs, cells.join(", "));
    }
}

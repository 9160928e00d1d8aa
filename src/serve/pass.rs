//! One pass of a sync: reads the configuration, compares, applies the difference. When there is one, and what is done where something
//! else is better, is [`super::sync`]'s.

use super::apply::Work;
use super::keep::Sections;
use super::loaded::{Loaded, Own, Reading};
use super::refused::refused;
use super::served::Served;
use super::taking::{Taker, macs_of_users_conf};
use super::world::Now;
use crate::asterisk::module::ListLocked;
use crate::http::Http;
use crate::http::table::{Clash, Entrant, Table};
use crate::notify::inbox as notify;
use crate::phone::configuration::{Configuration, Interpreted};
use crate::phone::diff::{Applied, Diff, Wanted, diff};
use crate::phone::evaluated::{Evaluated, Evaluator, Outcome, Prepared, World};
use crate::phone::fleet::{Group, Phone};
use crate::phone::held_back::keeper::{Keeper, Terms};
use crate::phone::held_back::why::HeldBack;
use crate::phone::object_type::ObjectType;
use crate::phone::phoneprov_conf::profiles::Profiles;
use crate::phone::problem::{Fault, Problem};
use crate::phone::settings::Settings;
use crate::phone::users_conf;
use crate::report::{Cause, Changes, Report};
use crate::sources::directory::PjsipDirectory as Directory;
use crate::sources::sections::Found;
use crate::sources::{configuration, phoneprov_conf};
use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

/// Everything that phones are made of, as it was read.
type Read = Configuration<Found, Directory>;

/// From how many removals on reloading `res_phoneprov` as a whole is better than removing phones one by one.
///
/// Each removal scans every route (14 ms at 10,000 phones of four files), a whole reload costs 24 µs for each phone
/// there is: it is cheaper from about 20 removals on, whatever the fleet's size. It touches phones that did not change,
/// though, so it has to be cheaper by some factor.
pub(super) const REMOVALS_FOR_RELOAD: usize = 64;

/// Whether a sync may decide to reload `res_phoneprov` instead of removing phones one by one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum WholeReload {
    IfBetter,
    Never,
}

/// What is better than applying a difference now.
pub(super) enum Better {
    /// Reloading `res_phoneprov` as a whole, with these phones made already.
    WholeReload(Prepared),
    /// Doing it all again in a moment.
    Later,
}

/// Whether reloading `res_phoneprov` would succeed: a reload that fails leaves it listed as running, but dead, and the next
/// one crashes Asterisk. So does the first one where it is dead already.
pub(super) fn may_reload(loaded: &Loaded, profiles: Option<&Profiles>) -> bool {
    loaded.http.place.is_res_phoneprov_there() && profiles.is_some_and(|profiles| !profiles.is_empty())
}

/// A pass that is to be made.
pub(super) struct Pass<'a> {
    /// Of what.
    pub loaded: &'a Loaded,
    /// When it begins.
    pub began: Instant,
    /// Why.
    pub cause: Cause,
    /// What was made before the list was locked.
    pub prepared: &'a Prepared,
    /// What was served before `res_phoneprov` threw everything away; it is empty if it did not.
    pub lost: &'a Applied,
    /// Whether what is read fits together.
    pub settled: &'a dyn Fn() -> bool,
    /// Whether it may find that a whole reload is better.
    pub whole_reload: WholeReload,
}

/// What has come of one.
struct Done {
    changes: Changes,
    problems: Vec<Problem>,
    held: HeldBack,
}

impl Pass<'_> {
    /// Reads, compares and applies, once. An error means that nothing was changed.
    pub fn run(&self, locked: &ListLocked, served: &mut Served) -> Result<Report, Better> {
        self.is_settled()?;
        let loaded = self.loaded;
        loaded.find_wizards(locked);
        if loaded.own().reading != Reading::Done {
            loaded.read_own(locked);
        }
        let configuration = configuration::read(&loaded.sources().ok_or(Better::Later)?);
        if self.cause != Cause::Change && self.cause != Cause::Database {
            // Whoever reloads something may have put right what nobody else can tell.
            served.refusals.forget();
        }
        let done = configuration.interpret(|interpreted| self.follow(&configuration, interpreted, served))?;
        Ok(self.report(done, served))
    }

    fn is_settled(&self) -> Result<(), Better> {
        if (self.settled)() { Ok(()) } else { Err(Better::Later) }
    }

    /// Compares and applies.
    fn follow(
        &self,
        configuration: &Read,
        interpreted: Interpreted<Directory>,
        served: &mut Served,
    ) -> Result<Done, Better> {
        let Interpreted { settings, context, groups, mut problems } = interpreted;
        self.take_up(settings);
        self.is_settled()?;
        let (loaded, http, own) = (self.loaded, &self.loaded.http, self.loaded.own());
        let Served { applied, spares_res_phoneprov: spares, refusals, clashes, held_back, .. } = served;
        refusals.set_profiles(own.known_profiles());
        let sections = Sections::new(&configuration.sections.phoneprov);
        let terms = Terms {
            before: &held_back.since,
            now: self.began,
            after: settings.confirm_after,
            is_confirmed: self.cause == Cause::Confirm,
        };
        let mut keeper = Keeper::new(&sections, terms);
        let mut world = Now::new(&http.warnings);
        let mut evaluator = Evaluator {
            profiles: &own.profiles,
            world: &mut world,
            pool: &loaded.pool,
            prepared: self.prepared,
            is_hasty: self.cause == Cause::ResPhoneprov,
        };
        let serves_some = !applied.is_empty() || !self.lost.is_empty();
        let may_spare = !settings.fill_res_phoneprov && self.may_spare(&own, serves_some && *spares, &groups);
        let plan = match applied.is_empty() {
            true => Plan::All(groups),
            false => {
                Plan::Difference(diff(groups, context, &mut evaluator, applied, refusals, &mut keeper, &mut problems))
            }
        };
        self.is_settled()?;
        if applied.is_empty() {
            *spares = may_spare;
        }
        // To fill it, or to empty it, is one reload of it, too.
        let is_many = !*spares && plan.removals() > REMOVALS_FOR_RELOAD;
        if self.whole_reload == WholeReload::IfBetter
            && (is_many || may_spare != *spares)
            && may_reload(loaded, configuration.profiles.as_ref())
        {
            return Err(Better::WholeReload(plan.made()));
        }
        let changes = if plan.changes_something() {
            let applied = Arc::make_mut(applied);
            // Nobody is passed on to res_phoneprov until the table knows what it holds.
            let touches_nobody = plan.removals() == 0 || *spares;
            let _held = if touches_nobody { http.holding.hold_new() } else { http.holding.hold() };
            let taker = match *spares {
                true => Taker::Nobody(&own),
                false => Taker::ResPhoneprov,
            };
            let file_of = &|id: &CStr| sections.file_of(id);
            let work = Work {
                http,
                context,
                evaluator: &mut evaluator,
                taker: &taker,
                applied,
                refusals,
                problems: &mut problems,
                file_of,
            };
            let changes = match plan {
                Plan::All(groups) => work.add_all(groups, self.lost, &mut keeper),
                Plan::Difference(diff) => work.apply(diff),
            };
            *clashes = set_table(http, applied, others(http, &own, applied, &mut evaluator), &own.profiles);
            loaded.pool.forget_unused();
            changes
        } else {
            Changes { unchanged: applied.len(), ..Changes::default() }
        };
        refusals.keep(&problems);
        let (held, texts) = keeper.done();
        if let Some(texts) = texts {
            loaded.set_unread(&texts);
        }
        self.find_out(configuration, &mut problems, served);
        let refused = refused(&configuration.sections.phoneprov, context, &problems, &served.applied);
        let without_mac = problems.iter().filter(|problem| problem.fault == Fault::MissingMac).count();
        served.refused = refused.len() + without_mac;
        http.record.set_refused(refused);
        Ok(Done { changes, problems, held })
    }

    /// Whether `res_phoneprov` needs none of the phones. It does where it alone can answer for them, because we have no place in front of
    /// it or have never known its profiles (`is_spared`: it has none of those that are served until now), and where it must not have a
    /// phone of users.conf because that is one of ours.
    fn may_spare(&self, own: &Own, is_spared: bool, groups: &[Group]) -> bool {
        let others = macs_of_users_conf(own);
        let shares = !others.is_empty() && groups.iter().any(|group| others.contains(group.mac));
        self.loaded.http.place.is_ours() && (own.known_profiles().is_some() || is_spared) && !shares
    }

    /// Has everybody go by what the module's own section says.
    fn take_up(&self, settings: Settings) {
        let http = &self.loaded.http;
        http.holding.want(settings.http_gate);
        self.loaded.notify.inbox.post(notify::Note::Rules(settings.resync));
        http.templates.set_largest(settings.largest_template);
        if let Some(database) = self.loaded.database.get() {
            database.configure(settings);
        }
    }

    /// Adds what is wrong with all that is not resolved.
    fn find_out(&self, configuration: &Read, problems: &mut Vec<Problem>, served: &Served) {
        problems.extend(self.loaded.unread().iter().cloned());
        problems.extend(served.clashes.iter().cloned());
        problems.extend(phoneprov_conf::problem(configuration.profiles.as_ref()));
        problems.extend(self.loaded.untyped.problems());
    }

    /// Notes what has come of it, and says what is new.
    fn report(&self, done: Done, served: &mut Served) -> Report {
        let Done { changes, problems, held } = done;
        let holds_more = held.since.keys().any(|mac| !served.held_back.since.contains_key(mac));
        served.held_back = Arc::new(held);
        let held_back = (!served.held_back.since.is_empty()).then(|| Arc::clone(&served.held_back));

        let before = std::mem::replace(&mut served.problems, problems.as_slice().into());
        let now: HashSet<&Problem> = problems.iter().collect();
        let gone = before.iter().filter(|problem| !now.contains(problem)).cloned().collect();
        let known: HashSet<&Problem> = before.iter().collect();
        let (known, new) = problems.into_iter().partition(|problem| known.contains(problem));
        self.loaded.notify.inbox.post(notify::Note::Synced(changes.macs.clone()));
        let (cause, took) = (self.cause, self.began.elapsed());
        let report = Report { cause, changes, known, new, gone, took, held_back, holds_more };
        served.record.note(&report, SystemTime::now());
        report
    }
}

/// What there is to do.
enum Plan<'a> {
    /// To add all, to a `res_phoneprov` that has none of ours.
    All(Vec<Group<'a>>),
    /// To carry a difference out.
    Difference(Diff<'a>),
}

impl Plan<'_> {
    fn removals(&self) -> usize {
        match self {
            Plan::All(_) => 0,
            Plan::Difference(diff) => diff.remove.len(),
        }
    }

    /// The phones that were made for it.
    fn made(self) -> Prepared {
        let Plan::Difference(diff) = self else { return Prepared::new() };
        let made =
            |Wanted { group, evaluated, .. }: Wanted| (group.mac.into(), Outcome { evaluated, unsteady: Vec::new() });
        diff.add.into_iter().map(made).collect()
    }

    fn changes_something(&self) -> bool {
        match self {
            Plan::All(_) => true,
            Plan::Difference(diff) => !diff.remove.is_empty() || !diff.add.is_empty() || !diff.renamed.is_empty(),
        }
    }
}

/// The phones of users.conf. Of those with one MAC there is one: ours, if it was taken. At a reload of its own `res_phoneprov` asks us
/// first.
fn others<W: World>(http: &Http, own: &Own, applied: &Applied, evaluator: &mut Evaluator<W>) -> Vec<Arc<Evaluated>> {
    let table = http.table();
    let phones = users_conf::phones(&own.users, &own.profiles).into_iter();
    let others = phones.filter(|phone| !applied.contains_key(phone.mac));
    let made =
        |phone: Phone| evaluator.evaluate(&phone, phone.fingerprint(), table.phone(phone.mac.to_bytes())).evaluated;
    others.map(made).collect()
}

/// Puts the table of what `res_phoneprov` holds in the place of the last one; answers what is wrong with names of files.
fn set_table(http: &Http, applied: &Applied, others: Vec<Arc<Evaluated>>, profiles: &Profiles) -> Vec<Problem> {
    let others = others.iter().map(|phone| Entrant { section: None, phone });
    let ours = applied
        .values()
        .map(|held| Entrant { section: held.sections.iter().map(CString::as_c_str).min(), phone: &held.evaluated });
    let (table, clashes) = Table::new(others.chain(ours).collect(), profiles);
    http.set_table(table);
    let problem = |Clash { section, name, holder }| {
        let fault = Fault::SharedName {
            name: CString::new(name).unwrap_or_default(),
            holder: holder.unwrap_or_else(|| c"users.conf".into()),
        };
        Some(Problem { object: ObjectType::Phoneprov, section: section?, fault })
    };
    clashes.into_iter().filter_map(problem).collect()
}

use super::*;
use proptest::prelude::*;
use std::cmp::max;
use std::collections::BTreeSet;
use std::ffi::CString;

const RULES: Rules = Rules::DEFAULT;
const SECOND: Duration = Duration::from_secs(1);

/// What a phone does when it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// Fetches after so many seconds.
    Fetches(u64),
    /// Takes the message and does not fetch.
    Breaks,
    /// Fetches, and is never registered again.
    LosesItsAccount,
    /// Fetches when it is told so often.
    ComesAfter(u32),
    IsSilent,
    Refuses(u16),
    /// Registers after so many seconds.
    IsAway(u64),
    /// Has a call for so many seconds.
    Talks(u64),
}

struct Phone {
    name: Box<CStr>,
    manner: Manner,
    told: Vec<Instant>,
    has_new: bool,
}

/// Phones, and the time.
struct Office {
    start: Instant,
    now: Instant,
    phones: Vec<Phone>,
    /// What will happen: a phone, and what.
    coming: BTreeSet<(Instant, usize, Event)>,
    late: Vec<Box<CStr>>,
    held: Vec<Vec<Box<CStr>>>,
    turns: Vec<Instant>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Answer,
    Fetch,
    Register,
}

impl World for (&[Phone], Duration) {
    fn is_in_call(&mut self, phone: &CStr) -> bool {
        let (phones, passed) = self;
        phones
            .iter()
            .any(|each| *each.name == *phone && matches!(each.manner, Manner::Talks(end) if passed.as_secs() < end))
    }

    fn has_contact(&mut self, phone: &CStr) -> bool {
        self.0.iter().any(|each| *each.name == *phone && each.manner != Manner::LosesItsAccount)
    }
}

impl Office {
    fn of(manners: &[Manner]) -> Self {
        let phone = |(number, &manner): (usize, &Manner)| Phone {
            name: CString::new(format!("{number:012x}")).unwrap().into_boxed_c_str(),
            manner,
            told: Vec::new(),
            has_new: false,
        };
        let start = Instant::now();
        let phones = manners.iter().enumerate().map(phone).collect();
        let mut office = Office {
            start,
            now: start,
            phones,
            coming: BTreeSet::new(),
            late: Vec::new(),
            held: Vec::new(),
            turns: Vec::new(),
        };
        for (number, manner) in manners.iter().enumerate() {
            if let Manner::IsAway(seconds) = manner {
                office.coming.insert((start + SECOND * *seconds as u32, number, Event::Register));
            }
        }
        office
    }

    fn names(&self, profile: impl Fn(usize) -> usize) -> Vec<(Box<CStr>, Box<CStr>)> {
        let of = |number| CString::new(format!("profile {}", profile(number))).unwrap().into_boxed_c_str();
        self.phones.iter().enumerate().map(|(number, phone)| (phone.name.clone(), of(number))).collect()
    }

    /// Lets time pass until nothing is due any more.
    fn run(&mut self, campaign: &mut Campaign, rules: &Rules) {
        for _ in 0..1_000_000 {
            let passed = self.now - self.start;
            for action in campaign.tick(self.now, rules, &mut (self.phones.as_slice(), passed)) {
                match action {
                    Action::Tell(phone) => self.tell(&phone),
                    Action::Late(phone) => self.late.push(phone),
                    Action::Held(phones) => self.held.push(phones),
                }
            }
            while self.coming.first().is_some_and(|(at, ..)| *at <= self.now) {
                let (_, number, event) = self.coming.pop_first().unwrap();
                self.happen(campaign, rules, number, event);
            }
            if matches!(campaign.stage(), Stage::Idle | Stage::Held) && self.coming.is_empty() {
                return;
            }
            let next = campaign.next(rules).into_iter().chain(self.coming.first().map(|(at, ..)| *at)).min();
            let Some(next) = next else { return };
            assert!(next > self.now - SECOND, "it is never at ease");
            self.now = max(next, self.now + Duration::from_millis(1));
        }
        unreachable!("it never ends: {:?}", campaign.counts());
    }

    fn tell(&mut self, name: &CStr) {
        let number = self.phones.iter().position(|phone| *phone.name == *name).unwrap();
        self.phones[number].told.push(self.now);
        self.turns.push(self.now);
        self.coming.insert((self.now + Duration::from_millis(30), number, Event::Answer));
    }

    fn happen(&mut self, campaign: &mut Campaign, rules: &Rules, number: usize, event: Event) {
        let now = self.now;
        let phone = &mut self.phones[number];
        match event {
            Event::Register => {
                phone.manner = Manner::Fetches(1);
                campaign.registered(&phone.name);
            }
            Event::Fetch => {
                phone.has_new = true;
                campaign.fetched(&phone.name, now, rules);
            }
            Event::Answer => {
                let (answer, after) = match phone.manner {
                    Manner::Fetches(seconds) => (Answer::Taken, Some(seconds)),
                    Manner::Breaks => (Answer::Taken, None),
                    Manner::LosesItsAccount | Manner::Talks(_) => (Answer::Taken, Some(1)),
                    Manner::ComesAfter(times) => (Answer::Taken, (phone.told.len() as u32 >= times).then_some(1)),
                    Manner::IsSilent => (Answer::Silent, None),
                    Manner::Refuses(status) => (Answer::Refused(status), None),
                    Manner::IsAway(_) => (Answer::NoContact, None),
                };
                campaign.answered(&phone.name, answer, now, rules);
                if let Some(after) = after {
                    self.coming.insert((now + SECOND * after as u32, number, Event::Fetch));
                }
            }
        }
    }

    fn told(&self) -> usize {
        self.phones.iter().filter(|phone| !phone.told.is_empty()).count()
    }
}

fn run(manners: &[Manner], rules: &Rules) -> (Office, Campaign) {
    let (mut office, mut campaign) = (Office::of(manners), Campaign::default());
    campaign.want(office.names(|_| 0), rules);
    office.run(&mut campaign, rules);
    (office, campaign)
}

#[test]
fn all_are_told_at_the_pace_and_come() {
    let (office, campaign) = run(&[Manner::Fetches(5); 300], &RULES);
    assert!(office.phones.iter().all(|phone| phone.has_new && phone.told.len() == 1));
    assert!(office.turns.windows(2).all(|two| two[1] - two[0] >= SECOND / RULES.rate));
    assert_eq!((campaign.counts().fetched, campaign.stage()), (300, Stage::Idle));
    assert!(office.now - office.start < SECOND * 60, "the first wave is not waited for longer than it takes");
}

#[test]
fn a_template_that_breaks_phones_breaks_the_first_wave_alone() {
    let (mut office, mut campaign) = run(&[Manner::Breaks; 300], &RULES);
    assert_eq!((office.told(), campaign.stage()), (20, Stage::Held));
    assert_eq!(office.held.len(), 1);
    assert_eq!((office.held[0].len(), office.late.len()), (20, 20));

    // It is put right: a new first wave, and then all.
    office.phones.iter_mut().for_each(|phone| phone.manner = Manner::Fetches(2));
    campaign.want(office.names(|_| 0), &RULES);
    assert_eq!(campaign.stage(), Stage::First);
    office.run(&mut campaign, &RULES);
    assert!(office.phones.iter().all(|phone| phone.has_new));
}

#[test]
fn whoever_knows_better_goes_on_or_stops() {
    let (mut office, mut campaign) = run(&[Manner::Breaks; 30], &RULES);
    assert!(campaign.proceed());
    office.run(&mut campaign, &RULES);
    assert_eq!((office.told(), campaign.counts().given_up), (30, 30));
    assert!(office.phones.iter().all(|phone| phone.told.len() == 3), "each three times");
    assert!(!campaign.proceed());

    let (_, mut campaign) = run(&[Manner::Breaks; 30], &RULES);
    assert!(campaign.stop());
    assert_eq!((campaign.counts(), campaign.stage()), (Counts::default(), Stage::Idle));
    assert!(!campaign.stop());
}

#[test]
fn one_profiles_phones_do_not_hide_behind_anothers() {
    let mut manners = vec![Manner::Fetches(1); 190];
    manners.extend([Manner::Breaks; 10]);
    let (mut office, mut campaign) = (Office::of(&manners), Campaign::default());
    campaign.want(office.names(|number| number / 10), &RULES);
    office.run(&mut campaign, &RULES);
    assert_eq!(campaign.stage(), Stage::Held);
    assert_eq!(office.told(), 20, "one of each profile");
}

#[test]
fn a_phone_that_loses_its_account_has_not_come() {
    let (office, campaign) = run(&[Manner::LosesItsAccount; 30], &RULES);
    assert_eq!((office.told(), campaign.stage()), (20, Stage::Held));
}

#[test]
fn who_says_nothing_or_no_is_not_waited_for_and_few_are_told_at_once() {
    let manners: Vec<Manner> =
        (0..60).map(|number| [Manner::IsSilent, Manner::Refuses(489), Manner::Fetches(1)][number % 3]).collect();
    let (office, campaign) = run(&manners, &RULES);
    let counts = campaign.counts();
    assert_eq!((counts.fetched, counts.given_up, counts.refused), (20, 20, [(489, 20)].into()));
    for (phone, manner) in office.phones.iter().zip(&manners) {
        assert_eq!(phone.told.len(), if *manner == Manner::IsSilent { 3 } else { 1 }, "{manner:?}");
    }
    let (office, _) = run(&[Manner::Breaks; 20], &RULES);
    assert_eq!(office.told(), 20, "so few are one wave");
    assert!(office.held.is_empty());
}

#[test]
fn who_has_no_contact_is_told_when_it_has_one() {
    let (office, campaign) = run(&[Manner::IsAway(5_000), Manner::Fetches(1)], &RULES);
    assert!(office.phones[0].has_new);
    let twice: Vec<Duration> = office.phones[0].told.iter().map(|at| *at - office.start).collect();
    assert!(twice.len() == 2 && twice[1] >= SECOND * 5_000 && twice[1] < SECOND * 5_001, "{twice:?}");
    assert_eq!(campaign.counts().fetched, 2);
}

#[test]
fn a_call_is_not_disturbed_and_its_time_does_not_count() {
    let (office, _) = run(&[Manner::Talks(3_600)], &RULES);
    let at = office.phones[0].told[0] - office.start;
    assert!(at >= SECOND * 3_600 && at < SECOND * 3_603, "{at:?}");
    let told_in_call = Rules { in_call: true, ..RULES };
    let (mut office, mut campaign) = (Office::of(&[Manner::Breaks]), Campaign::default());
    campaign.want(office.names(|_| 0), &told_in_call);
    office.run(&mut campaign, &told_in_call);
    assert_eq!(office.late.len(), 3);
}

#[test]
fn a_second_change_while_one_is_under_way_is_one() {
    let (mut office, mut campaign) = (Office::of(&[Manner::Fetches(60); 3]), Campaign::default());
    campaign.want(office.names(|_| 0), &RULES);
    let mut world = (office.phones.as_slice(), Duration::ZERO);
    let told = campaign.tick(office.now, &RULES, &mut world).into_iter().find_map(|action| match action {
        Action::Tell(phone) => Some(phone),
        Action::Late(_) | Action::Held(_) => None,
    });
    let phone = told.unwrap();
    campaign.answered(&phone, Answer::Taken, office.now, &RULES);
    office.phones.iter_mut().filter(|each| each.name == phone).for_each(|phone| phone.told.push(office.start));
    campaign.want(office.names(|_| 0), &RULES);
    campaign.fetched(&phone, office.now, &RULES);
    office.run(&mut campaign, &RULES);
    assert!(office.phones.iter().all(|phone| phone.told.len() == 1));
    // Another after all have come is another.
    campaign.want(office.names(|_| 0), &RULES);
    office.run(&mut campaign, &RULES);
    assert!(office.phones.iter().all(|phone| phone.told.len() == 2));
}

/// Tells as many as have their turn now.
fn tell(campaign: &mut Campaign, office: &mut Office) -> Vec<Box<CStr>> {
    let mut told = Vec::new();
    for _ in 0..office.phones.len() {
        office.now += SECOND;
        let actions = campaign.tick(office.now, &RULES, &mut (office.phones.as_slice(), Duration::ZERO));
        told.extend(actions.into_iter().filter_map(|action| match action {
            Action::Tell(phone) => Some(phone),
            Action::Late(_) | Action::Held(_) => None,
        }));
    }
    told
}

#[test]
fn who_is_quicker_than_its_answer_is_of_the_first_wave_all_the_same() {
    let (mut office, mut campaign) = (Office::of(&[Manner::LosesItsAccount; 30]), Campaign::default());
    campaign.want(office.names(|_| 0), &RULES);
    let told = tell(&mut campaign, &mut office);
    for phone in &told {
        campaign.fetched(phone, office.now, &RULES);
        campaign.answered(phone, Answer::Taken, office.now, &RULES);
    }
    assert_eq!(told.len(), 20);
    assert_eq!(tell(&mut campaign, &mut office).len(), 0, "the others wait until these are registered");
}

#[test]
fn a_second_change_in_the_first_wave_is_no_fault_of_those_who_had_come() {
    let (mut office, mut campaign) = (Office::of(&[Manner::Fetches(1); 30]), Campaign::default());
    campaign.want(office.names(|_| 0), &RULES);
    let first = tell(&mut campaign, &mut office);
    let (quick, slow) = first.split_at(10);
    for phone in &first {
        campaign.answered(phone, Answer::Taken, office.now, &RULES);
    }
    quick.iter().for_each(|phone| campaign.fetched(phone, office.now, &RULES));
    tell(&mut campaign, &mut office);
    campaign.want(office.names(|_| 0), &RULES);
    slow.iter().for_each(|phone| campaign.fetched(phone, office.now, &RULES));
    let then = tell(&mut campaign, &mut office);
    assert!(campaign.stage() != Stage::Held && then.len() >= 10, "{:?} {}", campaign.stage(), then.len());
    for phone in &then {
        campaign.answered(phone, Answer::Taken, office.now, &RULES);
        campaign.fetched(phone, office.now, &RULES);
    }
    office.run(&mut campaign, &RULES);
    assert_eq!((campaign.stage(), campaign.counts().fetched), (Stage::Idle, 30));
}

#[test]
fn whom_somebody_names_is_told_at_once_whatever_is_held() {
    let (mut office, mut campaign) = run(&[Manner::Breaks; 40], &RULES);
    assert_eq!((office.told(), campaign.stage()), (20, Stage::Held));
    let names = office.names(|_| 0);
    let (told, untold): (Vec<_>, Vec<_>) =
        names.into_iter().zip(&office.phones).partition(|(_, phone)| !phone.told.is_empty());
    let once_more = [&told[0].0, &untold[0].0];
    once_more.iter().for_each(|(phone, profile)| campaign.insist(phone.clone(), profile.clone()));
    let mut named = Vec::new();
    for _ in 0..3 {
        let actions = campaign.tick(office.now, &RULES, &mut (office.phones.as_slice(), Duration::ZERO));
        named.extend(actions.into_iter().filter_map(|action| match action {
            Action::Tell(phone) => Some(phone),
            _ => None,
        }));
        office.now += SECOND;
    }
    assert_eq!(named, [once_more[0].0.clone(), once_more[1].0.clone()]);
    assert_eq!(campaign.stage(), Stage::Held, "the others still wait");
}

fn manner() -> impl Strategy<Value = Manner> {
    prop_oneof![
        8 => (0u64..900).prop_map(Manner::Fetches),
        1 => Just(Manner::Breaks),
        1 => Just(Manner::LosesItsAccount),
        1 => (1u32..5).prop_map(Manner::ComesAfter),
        1 => Just(Manner::IsSilent),
        1 => (401u16..500).prop_map(Manner::Refuses),
        1 => (0u64..5_000).prop_map(Manner::IsAway),
        1 => (0u64..5_000).prop_map(Manner::Talks),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_campaign_keeps_its_rules_and_ends(
        manners in prop::collection::vec(manner(), 0..80),
        rate in 1u32..50,
        tries in 1u32..5,
        first in 1usize..30,
        in_call in any::<bool>(),
        profiles in 1usize..4,
    ) {
        let rules = Rules { rate, tries, first, in_call, ..RULES };
        let (mut office, mut campaign) = (Office::of(&manners), Campaign::default());
        campaign.want(office.names(|number| number % profiles), &rules);
        office.run(&mut campaign, &rules);
        let gap = SECOND / rate;
        prop_assert!(office.turns.windows(2).all(|two| two[1] - two[0] >= gap));
        // Who was away is told once more.
        prop_assert!(office.phones.iter().all(|phone| phone.told.len() as u32 <= tries + 1));
        let counts = campaign.counts();
        prop_assert_eq!((counts.asked, counts.taken), (0, 0).max((0, counts.taken)));
        match campaign.stage() {
            Stage::Held => {
                prop_assert_eq!(office.held.len(), 1);
                campaign.proceed();
                office.run(&mut campaign, &rules);
            }
            _ => prop_assert!(office.held.is_empty()),
        }
        prop_assert_eq!(campaign.stage(), Stage::Idle);
        prop_assert_eq!(campaign.counts().waiting, 0);
        for phone in &office.phones {
            if let Manner::Fetches(_) | Manner::Talks(_) = phone.manner {
                prop_assert!(phone.has_new || phone.told.len() as u32 >= tries, "{:?} {:?}", phone.manner, phone.told);
            }
        }
    }
}

//! The `type=phoneprov` section of a line: as little as gives its templates what they had.

use super::super::directory::{Auth, Directory, Endpoint, Transport};
use super::super::line::{Context, Origin, explain, resolve};
use super::super::object_type::ObjectType;
use super::super::secrets::secret::{MASK, is_secret};
use super::super::standard;
use super::super::variables::Variables;
use super::options::Options;
use super::told::Told;
use crate::text::{Shown, has_control};
use std::ffi::CStr;

/// Without these there is no line.
const REQUIRED: [&CStr; 2] = [standard::MAC, standard::PROFILE];

/// What the module adds that users.conf has not: no template of before asks for it.
const ADDED: [&CStr; 7] = [
    standard::ENDPOINT,
    standard::ENDPOINT_ID,
    standard::TRANSPORT_ID,
    standard::TRANSPORT_PROTOCOL,
    standard::AUTH_ID,
    standard::MAC_LOWER,
    standard::MAC_UPPER,
];

/// What there is already, and an account that is about to be.
pub struct Planned<'a, D> {
    /// What there is.
    pub known: &'a D,
    /// The endpoint, and the auth of the same id.
    pub account: Option<(&'a CStr, &'a Endpoint, &'a Auth)>,
}

impl<D: Directory> Directory for Planned<'_, D> {
    fn endpoint(&self, id: &CStr) -> Option<Endpoint> {
        let planned = self.account.filter(|(planned, ..)| *planned == id).map(|(_, endpoint, _)| endpoint.clone());
        planned.or_else(|| self.known.endpoint(id))
    }

    fn auth(&self, id: &CStr) -> Option<Auth> {
        let planned = || self.account.filter(|(planned, ..)| *planned == id).map(|(_, _, auth)| auth.clone());
        self.known.auth(id).or_else(planned)
    }

    fn transport(&self, id: &CStr) -> Option<Transport> {
        self.known.transport(id)
    }

    fn is_refused(&self, kind: ObjectType, id: &CStr) -> bool {
        self.known.is_refused(kind, id)
    }

    fn has_time_zone(&self, name: &CStr) -> bool {
        self.known.has_time_zone(name)
    }
}

/// The section's options beside those of `shared`, which it is made from. `line` is what res_phoneprov gives the line, `endpoint`
/// where its account is.
pub fn section<D: Directory>(
    id: &CStr,
    line: &Variables,
    shared: &Variables,
    endpoint: Option<&CStr>,
    context: &Context<D>,
    told: &mut Told,
) -> Options {
    let is_shared = |name: &CStr, value: &CStr| shared.get(name) == Some(value);
    let named = endpoint.map(|endpoint| (standard::ENDPOINT, endpoint));

    let given = REQUIRED.into_iter().filter_map(|name| Some((name, line.get(name)?)));
    let probe: Variables = named.into_iter().chain(given).collect();
    let derived = explain(id, &probe, context);

    let mut hiding = Vec::new();
    let mut own: Options = named.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
    for (name, value) in line.iter() {
        if has_control(value) {
            told.note(format!(
                "{} has a control character, which this module does not hand to a phone; it counts as not given",
                Shown(name)
            ));
        } else if !is_shared(name, value) && (REQUIRED.contains(&name) || derived.get(name) != Some(value)) {
            own.push((name.to_owned(), value.to_owned()));
            let hidden = derived.variables.iter().find(|variable| variable.name == name);
            let is_followed = |origin| matches!(origin, Origin::Endpoint | Origin::Transport | Origin::Auth);
            hiding.extend(hidden.filter(|hidden| is_followed(hidden.origin)).map(|_| Shown(name).to_string()));
        }
    }
    if !hiding.is_empty() {
        told.note(format!(
            "{} stays as users.conf has it, where its endpoint, auth or transport has something else: without that line the phone \
             is told what these have",
            hiding.join(", ")
        ));
    }

    let mut whole: Variables = own.iter().map(|(name, value)| (name, value)).collect();
    shared.iter().for_each(|(name, value)| whole.push(name, value));
    match resolve(id, &whole, context, &mut Vec::new()) {
        Err(fault) => told.note(format!("as things are, it is not served: {fault}")),
        Ok(served) => {
            let news: Vec<String> = served
                .variables
                .iter()
                .filter(|variable| line.get(variable.name).is_none() && !ADDED.contains(&variable.name))
                .map(|variable| {
                    let value = if is_secret(variable.name) { MASK } else { &variable.value };
                    format!("{} = {}", Shown(variable.name), Shown(value))
                })
                .collect();
            if !news.is_empty() {
                told.note(format!("its templates see what users.conf does not give: {}", news.join(", ")));
            }
        }
    }
    own
}

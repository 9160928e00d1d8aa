//! `PP_EACH_EXTENSION` and `PP_EACH_USER` (res_phoneprov.c, `pp_each_extension_helper` and `pp_each_user_helper`).

use super::arguments;
use super::bounds::{ASKING, Bound, LONGEST_TEXT};
use super::host::Host;
use super::line::Variables;
use super::name;
use super::parse::Template;
use super::phones::{NoTemplate, Phones};
use super::render::Renderer;
use super::warning::Warning;

impl<H: Host, P: Phones> Renderer<'_, H, P> {
    /// Appends what the call gives if it is one of these two and these phones are enough for it; tells whether it did.
    pub(super) fn each(&mut self, call: &[u8], out: &mut Vec<u8>) -> Result<bool, Bound> {
        let (function, text, is_closed) = name::call(call);
        let is_user = match function {
            b"PP_EACH_EXTENSION" => false,
            b"PP_EACH_USER" => true,
            _ => return Ok(false),
        };
        if text.len() > LONGEST_TEXT {
            return Err(Bound::Size);
        }
        self.budget.spend(text.len() as u64 / 64)?;
        let (first, second) = arguments::two(text);
        // Without any argument the host's would end Asterisk.
        let is_hosts = is_user || self.phones.lines(&first).is_none();
        if self.phones.are_not_all() && is_hosts && !text.is_empty() {
            return Ok(false);
        }
        if !is_closed {
            self.host.warn(Warning::NoParenthesis { function, arguments: text });
        }
        self.budget.enter()?;
        if is_user {
            self.each_user(first, second, out)?;
        } else {
            self.each_extension(&first, second, out)?;
        }
        self.budget.leave();
        Ok(true)
    }

    /// The text, over the first line of each phone but the excluded one.
    fn each_user(&mut self, mut text: Vec<u8>, exclude: &[u8], out: &mut Vec<u8>) -> Result<(), Bound> {
        for at in 1..text.len() {
            if text[at - 1..=at] == *b"%{" {
                text[at - 1] = b'$';
            }
        }
        self.budget.spend(text.len() as u64 / 4)?;
        let template = Template::parse(&text)?;
        let phones = self.phones;
        for (mac, line) in phones.first_lines() {
            self.budget.spend(1)?;
            if exclude.is_empty() || !mac.eq_ignore_ascii_case(exclude) {
                self.template(&template, Variables::new(line, self.server), out)?;
            }
        }
        Ok(())
    }

    /// The template by that name, over each line of a phone.
    fn each_extension(&mut self, mac: &[u8], name: &[u8], out: &mut Vec<u8>) -> Result<(), Bound> {
        if mac.is_empty() || name.is_empty() {
            self.host.warn(Warning::NoArguments);
            return Ok(());
        }
        let phones = self.phones;
        let Some(lines) = phones.lines(mac) else {
            self.host.warn(Warning::NoPhone(mac));
            return Ok(());
        };
        self.budget.spend(ASKING)?;
        let template = match phones.template(name) {
            Ok(template) => template,
            Err(NoTemplate::Exceeds(bound)) => return Err(bound),
            Err(NoTemplate::Unreadable(reason)) => {
                self.host.warn(Warning::NoTemplate { name, reason: &reason });
                return Ok(());
            }
        };
        for line in lines {
            self.template(&template, Variables::new(line, self.server), out)?;
        }
        Ok(())
    }
}

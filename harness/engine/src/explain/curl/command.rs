//! The options of one command, each read for what it does to the request.

use super::super::field_request::Scheme;
use super::super::parts::InputError;
use super::data::{Change, Part, encoded, plain};
use super::options::{Effect, Known, NotOne, Read, long, short};
use super::shell::{Line, Word};

/// What the options say.
#[derive(Clone, Debug, Default)]
pub(super) struct Command {
    pub(super) method: Option<Vec<u8>>,
    /// The options without a value that are given.
    pub(super) switches: Vec<Read>,
    pub(super) urls: Vec<Vec<u8>>,
    pub(super) default_scheme: Option<Scheme>,
    pub(super) request_target: Option<Vec<u8>>,
    pub(super) url_query: Vec<u8>,
    /// As they are given, name and value in one.
    pub(super) headers: Vec<Vec<u8>>,
    /// Headers that curl makes of an option, where `--header` does not name them.
    pub(super) implied: Vec<(&'static str, Vec<u8>)>,
    /// `Range` by `--continue-at`, which wins over `--range`.
    pub(super) resumed: Option<Vec<u8>>,
    pub(super) cookies: Vec<Vec<u8>>,
    /// Values of `--data` and `--json`, the latter marked.
    pub(super) data: Vec<(Part, bool)>,
    /// Values of `--form`.
    pub(super) form: Vec<Vec<u8>>,
    pub(super) upload: Option<Vec<u8>>,
    pub(super) sigv4: Option<Vec<u8>>,
    pub(super) user: Option<User>,
    pub(super) remarks: Vec<String>,
}

/// The value of `--user`, without the password.
#[derive(Clone, Debug, Default)]
pub(super) struct User {
    /// The name, if the line holds it.
    pub(super) name: Option<Vec<u8>>,
}

/// Reads the words of a line, of which the first is the program.
pub(super) fn read(line: &Line) -> Result<Command, InputError> {
    let mut command = Command { remarks: line.remarks.clone(), ..Command::default() };
    let mut words = line.words.iter().skip(1);
    let mut only_urls = false;
    while let Some(word) = words.next() {
        if word.text == b"--" {
            only_urls = true;
        } else if only_urls || !word.text.starts_with(b"-") {
            let url = Value { option: "URL".to_owned(), word: word.clone() };
            command.urls.push(url.known()?);
        } else if let Some(name) = word.text.strip_prefix(b"--") {
            let (known, is_off, attached) = long_option(name, word)?;
            let option = format!("curl --{}", known.name);
            let value = match attached {
                Some(text) => Some(Word { text, unknown: word.unknown.clone() }),
                None if known.takes_value => words.next().cloned(),
                None => None,
            };
            command.apply(known, !is_off, option, value)?;
        } else {
            let mut letters = &word.text[1..];
            if letters.is_empty() {
                return Err(InputError::new("curl -", "expected an option behind the dash"));
            }
            while let [letter, rest @ ..] = letters {
                let option = format!("curl -{}", letter.escape_ascii());
                let known = short(*letter).ok_or_else(|| not_understood(&option))?;
                letters = if known.takes_value { b"" } else { rest };
                let value = match (known.takes_value, rest) {
                    (false, _) => None,
                    (true, b"") => words.next().cloned(),
                    (true, text) => {
                        Some(Word { text: text.to_vec(), unknown: word.unknown.clone() })
                    }
                };
                // `-N` is short for the negative, which changes nothing either way.
                command.apply(known, true, option, value)?;
            }
        }
    }
    if !command.cookies.is_empty() {
        command.implied.push(("Cookie", command.cookies.join(&b';')));
    }
    command.implied.extend(command.resumed.take().map(|range| ("Range", range)));
    Ok(command)
}

fn not_understood(option: &str) -> InputError {
    let problem = "this option is not understood: leave it out if nothing that is signed depends \
                   on it";
    InputError::new(option, problem)
}

type LongOption = (Known, bool, Option<Vec<u8>>);

/// The option of a long name, whether it is switched off, and the value behind `=`, which curl
/// takes since version 8.16.
fn long_option(name: &[u8], word: &Word) -> Result<LongOption, InputError> {
    let (name, attached) = match memchr::memchr(b'=', name) {
        Some(at) => (&name[..at], Some(name[at + 1..].to_vec())),
        None => (name, None),
    };
    let shown =
        format!("curl --{}", name.iter().take(40).copied().collect::<Vec<_>>().escape_ascii());
    if word.unknown.is_some() && attached.is_none() {
        return Err(InputError::new(shown, "expected the name of an option, not a variable"));
    }
    if name.starts_with(b"expand-") {
        let problem = "curl fills variables into it: write its value out, without `expand-`";
        return Err(InputError::new(shown, problem));
    }
    let text = std::str::from_utf8(name).map_err(|_| not_understood(&shown))?;
    match long(text) {
        Ok((known, _)) if attached.is_some() && !known.takes_value => {
            Err(InputError::new(shown, "expected no value: this option takes none"))
        }
        Ok((known, is_off)) => Ok((known, is_off, attached)),
        Err(NotOne::Unknown) => Err(not_understood(&shown)),
        Err(NotOne::Several(names)) => {
            let problem = format!("short for several options: --{}", names.join(", --"));
            Err(InputError::new(shown, problem))
        }
    }
}

/// The value of an option, with the option's name for messages.
struct Value {
    option: String,
    word: Word,
}

impl Value {
    /// The value, if the line holds all of it.
    fn known(self) -> Result<Vec<u8>, InputError> {
        match self.word.unknown {
            None => Ok(self.word.text),
            Some(name) => {
                let problem = format!(
                    "the shell writes a value here that the line does not hold ({name}): write the \
                     value itself"
                );
                Err(InputError::new(self.option, problem))
            }
        }
    }

    fn file(&self, problem: &str) -> InputError {
        InputError::new(self.option.clone(), problem)
    }
}

impl Command {
    /// Whether an option without a value is given.
    pub(super) fn has(&self, switch: Read) -> bool {
        self.switches.contains(&switch)
    }

    /// Whether the body is that of `--json`.
    pub(super) fn is_json(&self) -> bool {
        self.data.iter().any(|(_, is_json)| *is_json)
    }

    /// Whether the data go into the query.
    pub(super) fn gets(&self) -> bool {
        self.has(Read::Get)
    }

    fn apply(
        &mut self,
        known: Known,
        is_on: bool,
        option: String,
        word: Option<Word>,
    ) -> Result<(), InputError> {
        let read = match known.effect {
            Effect::Nothing | Effect::Said(_) | Effect::Refused(_) if !is_on => return Ok(()),
            Effect::Refused(problem) => return Err(InputError::new(option, problem)),
            Effect::Said(text) => {
                self.remarks.push(format!("{option}: {text}"));
                None
            }
            Effect::Nothing => None,
            Effect::Read(read) => Some(read),
        };
        if !known.takes_value {
            if let Some(read) = read {
                self.switches.retain(|given| *given != read);
                self.switches.extend(is_on.then_some(read));
            }
            return Ok(());
        }
        let Some(word) = word else {
            return Err(InputError::new(option, "expected a value behind it"));
        };
        match read {
            Some(read) => self.take(read, Value { option, word }),
            None => Ok(()),
        }
    }

    /// The options with a value.
    fn take(&mut self, read: Read, value: Value) -> Result<(), InputError> {
        match read {
            Read::Request => self.method = Some(value.known()?),
            Read::Url => self.urls.push(value.known()?),
            Read::RequestTarget => self.request_target = Some(value.known()?),
            Read::Header => {
                if value.word.text.starts_with(b"@") {
                    return Err(value.file("the headers are in a file: write each as a `-H`"));
                }
                self.headers.push(value.known()?);
            }
            Read::Data => {
                let binary = value.option.ends_with("-binary");
                let change = if binary { Change::Nothing } else { Change::Lines };
                self.data.push((plain(&value.known()?, change), false));
            }
            Read::DataRaw => self.data.push((Part::Text(value.known()?), false)),
            Read::DataUrlencode => self.data.push((encoded(&value.known()?), false)),
            Read::Json => {
                self.data.push((plain(&value.known()?, Change::Nothing), true));
            }
            Read::Form => self.form.push(value.word.text),
            Read::UploadFile => self.upload = Some(value.word.text),
            Read::UrlQuery => self.query(&value.known()?)?,
            Read::User => self.user(&value.word),
            Read::Sigv4 => self.sigv4 = Some(value.known()?),
            Read::OauthBearer => {
                self.implied
                    .push(("Authorization", b"Bearer (the token of --oauth2-bearer)".to_vec()));
            }
            Read::UserAgent => self.implied.push(("User-Agent", value.known()?)),
            Read::Referer => {
                let text = value.known()?;
                let text = text.strip_suffix(b";auto").unwrap_or(&text);
                self.implied.push(("Referer", text.to_vec()));
            }
            Read::Cookie => {
                let text = value.known()?;
                if memchr::memchr(b'=', &text).is_some() {
                    self.cookies.push(text);
                } else {
                    self.remarks.push(
                        "curl --cookie: the cookies are in a file, and the header `Cookie` is not \
                         known."
                            .to_owned(),
                    );
                }
            }
            Read::Range => {
                let text = value.known()?;
                let is_open = text.iter().all(u8::is_ascii_digit);
                let end = if is_open { &b"-"[..] } else { b"" };
                self.implied.push(("Range", [b"bytes=", &text[..], end].concat()));
            }
            Read::ContinueAt => {
                let text = value.known()?;
                if text == b"-" {
                    self.remarks.push(
                        "curl --continue-at: the header `Range` depends on the file that is there."
                            .to_owned(),
                    );
                } else if text.iter().any(|&byte| byte != b'0') {
                    self.resumed = Some([b"bytes=", &text[..], b"-"].concat());
                }
            }
            Read::ProtoDefault => {
                let text = value.known()?;
                self.default_scheme = Some(Scheme::named(&text).ok_or_else(|| {
                    InputError::new("curl --proto-default", "expected http or https")
                })?);
            }
            Read::Compressed | Read::Get | Read::GlobOff | Read::Head | Read::PathAsIs => {}
        }
        Ok(())
    }

    /// `--url-query`: behind a `+` the text is taken as it is.
    fn query(&mut self, value: &[u8]) -> Result<(), InputError> {
        let part = match value {
            [b'+', text @ ..] => Part::Text(text.to_vec()),
            other => encoded(other),
        };
        let Part::Text(text) = part else {
            let problem = "a part of the query is in a file: write it out";
            return Err(InputError::new("curl --url-query", problem));
        };
        if !self.url_query.is_empty() {
            self.url_query.push(b'&');
        }
        self.url_query.extend(text);
        Ok(())
    }

    /// `--user`: the password is dropped here.
    fn user(&mut self, word: &Word) {
        let name = word.text.split(|&byte| byte == b':').next().unwrap_or_default();
        let is_known = word.unknown.is_none() || !name.iter().any(|byte| b"$`%{".contains(byte));
        let name = (is_known && !name.is_empty()).then(|| name.to_vec());
        self.user = Some(User { name });
    }
}

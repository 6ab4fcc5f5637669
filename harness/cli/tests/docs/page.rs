//! A page in Markdown: its code blocks, headings and links, each with its place.

use std::fmt;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// A page, read.
pub(crate) struct Page {
    /// Its path from the root of the repository.
    pub(crate) path: PathBuf,
    pub(crate) text: String,
    pub(crate) blocks: Vec<Block>,
    /// The anchors of its headings.
    pub(crate) anchors: Vec<String>,
    /// Targets of links and images.
    pub(crate) links: Vec<Placed>,
    /// Code within a line.
    pub(crate) words: Vec<Placed>,
    /// What is wrong with the page itself.
    pub(crate) problems: Vec<String>,
}

/// A fenced code block.
pub(crate) struct Block {
    pub(crate) language: String,
    /// What the comment in front of it says.
    pub(crate) note: Option<Note>,
    /// Where its content is.
    pub(crate) content: Range<usize>,
}

/// A comment that says what a test does with the block that follows.
pub(crate) enum Note {
    /// `<!-- file: NAME -->`: the block is the content of this file.
    File(String),
    /// `<!-- needs: PROGRAM -->`: its commands are run where this program is installed.
    Needs(String),
    /// `<!-- not run: REASON -->`: its commands are not run, only parsed.
    NotRun(String),
}

/// A text and where it is.
pub(crate) struct Placed {
    pub(crate) text: String,
    pub(crate) at: usize,
}

impl Page {
    /// Reads the page at this path below the root.
    pub(crate) fn read(root: &Path, path: &Path) -> Self {
        let text = fs::read_to_string(root.join(path))
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut page = Self {
            path: path.to_owned(),
            text: text.clone(),
            blocks: Vec::new(),
            anchors: Vec::new(),
            links: Vec::new(),
            words: Vec::new(),
            problems: Vec::new(),
        };
        page.parse(&text);
        page
    }

    fn parse(&mut self, text: &str) {
        let mut heading: Option<String> = None;
        let mut note: Option<(Note, usize)> = None;
        let mut block: Option<Block> = None;
        for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(language) => language.to_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    let note = note.take().map(|(note, _)| note);
                    block = Some(Block { language, note, content: range.end..range.end });
                }
                Event::End(TagEnd::CodeBlock) => self.blocks.extend(block.take()),
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => {
                    let anchor = anchor(&heading.take().unwrap_or_default());
                    let earlier = self.anchors.iter().filter(|it| **it == anchor).count();
                    let number = if earlier == 0 { String::new() } else { format!("-{earlier}") };
                    self.anchors.push(anchor + &number);
                }
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    self.links.push(Placed { text: dest_url.to_string(), at: range.start });
                }
                Event::Html(comment) => match Note::read(&comment) {
                    Some(read) => note = Some((read, range.start)),
                    None => self.problems.push(format!("{}: {comment}", self.place(range.start))),
                },
                Event::Text(piece) => {
                    if let Some(block) = &mut block {
                        let start = block.content.start.min(range.start);
                        block.content = start..range.end;
                    }
                    if let Some(heading) = &mut heading {
                        heading.push_str(&piece);
                    }
                }
                Event::Code(code) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&code);
                    }
                    self.words.push(Placed { text: code.to_string(), at: range.start });
                }
                Event::Start(Tag::Paragraph | Tag::List(_) | Tag::Table(_)) => {
                    if let Some((_, at)) = note.take() {
                        self.problems.push(format!("{}: no block follows", self.place(at)));
                    }
                }
                _ => {}
            }
        }
    }

    /// `path:line` of an offset.
    pub(crate) fn place(&self, at: usize) -> impl fmt::Display + use<> {
        let line = self.text[..at].matches('\n').count() + 1;
        format!("{}:{line}", self.path.display())
    }

    /// The content of a block.
    pub(crate) fn content(&self, block: &Block) -> &str {
        &self.text[block.content.clone()]
    }
}

impl Note {
    fn read(comment: &str) -> Option<Self> {
        let comment = comment.trim().strip_prefix("<!-- ")?.strip_suffix(" -->")?;
        let (kind, rest) = comment.split_once(": ")?;
        match kind {
            "file" => Some(Self::File(rest.to_owned())),
            "needs" => Some(Self::Needs(rest.to_owned())),
            "not run" => Some(Self::NotRun(rest.to_owned())),
            _ => None,
        }
    }
}

/// The anchor that GitHub and mdBook make of a heading.
fn anchor(heading: &str) -> String {
    heading
        .to_lowercase()
        .chars()
        .filter(|it| it.is_alphanumeric() || matches!(it, ' ' | '-' | '_'))
        .map(|it| if it == ' ' { '-' } else { it })
        .collect()
}

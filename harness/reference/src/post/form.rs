//! A form that is posted: its fields and its file.

use std::fmt;

use super::multipart::{Delimiter, Limits, Parts, in_body, is};
use super::problem::{FormError, FormProblem};
use crate::redact::{self, REDACTED};

/// The fields of a form, in the order in which they were sent, and its file.
#[derive(Clone, Debug, Default)]
pub struct Form<'b> {
    /// The fields before the file.
    pub fields: Vec<Field<'b>>,
    /// The field `file`.
    pub file: Option<File<'b>>,
    /// The names of the fields after the file, which are ignored (S3 API Reference, "POST Object").
    pub ignored: Vec<&'b [u8]>,
}

/// One field of a form, as it was sent.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Field<'b> {
    /// Its name, in any case.
    pub name: &'b [u8],
    /// Its value.
    pub value: &'b [u8],
}

/// The file of a form.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct File<'b> {
    /// Its name on the user's computer, perhaps with folders.
    pub filename: Option<&'b [u8]>,
    /// Its type, as the browser says.
    pub content_type: Option<&'b [u8]>,
    /// Its content.
    pub content: &'b [u8],
}

impl<'b> Form<'b> {
    /// Reads a form out of the body of a request with this `Content-Type`. Field names are those
    /// within the quotation marks; values are not decoded.
    ///
    /// There must be nothing before the first boundary and nothing but a line break after the final
    /// one: what hides there is seen by one reader and not by another.
    ///
    /// # Errors
    /// [`FormError`], with the offset of the first byte that is wrong. A field that appears twice is
    /// refused, other than one whose name begins with `x-ignore-`.
    ///
    /// # Examples
    /// ```
    /// use sigv4_reference::post::{Form, Limits};
    ///
    /// let body = b"--xyz\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nuser/eric/a.txt\r\n\
    ///     --xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n\
    ///     hello\r\n--xyz--\r\n";
    /// let form = Form::parse(b"multipart/form-data; boundary=xyz", body, Limits::default())?;
    /// assert_eq!(form.value("Key"), Some(&b"user/eric/a.txt"[..]));
    /// assert_eq!(form.file.unwrap().content, b"hello");
    ///
    /// let cut = &body[..100];
    /// let error = Form::parse(b"multipart/form-data; boundary=xyz", cut, Limits::default());
    /// let error = error.unwrap_err().to_string();
    /// assert_eq!(error, "body: byte 100: the form ends before its final boundary");
    /// # Ok::<(), sigv4_reference::post::FormError>(())
    /// ```
    pub fn parse(content_type: &[u8], body: &'b [u8], limits: Limits) -> Result<Self, FormError> {
        let delimiter = Delimiter::parse(content_type)?;
        let mut parts = Parts::new(body, &delimiter, limits)?;
        let mut form = Self::default();
        let mut count = 0;
        while let Some(part) = parts.next()? {
            count += 1;
            if count > limits.fields {
                let problem = FormProblem::TooManyFields { limit: limits.fields };
                return Err(in_body(part.offset, problem));
            }
            let name = part.name;
            if form.file.is_some() {
                form.ignored.push(name);
            } else if is(name, b"file") {
                let (filename, content_type) = (part.filename, part.content_type);
                form.file = Some(File { filename, content_type, content: part.content });
            } else if form.field(name).is_some() && !is_ignored(name) {
                let name = String::from_utf8_lossy(name).into_owned();
                return Err(in_body(part.offset, FormProblem::FieldRepeated { name }));
            } else {
                form.fields.push(Field { name, value: part.content });
            }
        }
        Ok(form)
    }

    /// The value of the field of this name, in any case.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&'b [u8]> {
        self.field(name.as_bytes()).map(|field| field.value)
    }

    fn field(&self, name: &[u8]) -> Option<&Field<'b>> {
        self.fields.iter().find(|field| is(field.name, name))
    }
}

/// Whether a service passes over the field of this name.
pub(super) fn is_ignored(name: &[u8]) -> bool {
    name.get(..PREFIX.len()).is_some_and(|start| is(start, PREFIX))
}

const PREFIX: &[u8] = b"x-ignore-";

/// The value of a session token is not shown, nor the policy, which has it in base64.
impl fmt::Debug for Field<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_hidden = redact::is_token(self.name) || is(self.name, b"policy");
        let value = String::from_utf8_lossy(self.value);
        formatter
            .debug_struct("Field")
            .field("name", &String::from_utf8_lossy(self.name))
            .field("value", if is_hidden { &REDACTED } else { &value })
            .finish()
    }
}

/// The content, which may be large, is counted.
impl fmt::Debug for File<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("File")
            .field("filename", &self.filename.map(String::from_utf8_lossy))
            .field("content_type", &self.content_type.map(String::from_utf8_lossy))
            .field("content", &format_args!("{} bytes", self.content.len()))
            .finish()
    }
}

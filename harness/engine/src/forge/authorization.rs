//! The value of an Authorization header, in parts that can be changed.

/// The parts of an Authorization header.
#[derive(Clone, Debug)]
pub(super) struct Authorization {
    /// The name of the header.
    pub(super) name: String,
    /// The algorithm, with what separates it from the fields.
    pub(super) algorithm: String,
    /// `Credential`, `SignedHeaders` and `Signature`, each as `Name=value`.
    pub(super) fields: Vec<String>,
    /// What is between two fields.
    pub(super) separator: String,
    /// What follows the last one.
    pub(super) end: String,
}

impl Authorization {
    pub(super) fn new(
        algorithm: &str,
        credential: &str,
        signed_headers: &str,
        signature: &str,
    ) -> Self {
        Self {
            name: "Authorization".to_owned(),
            algorithm: format!("{algorithm} "),
            fields: vec![
                format!("Credential={credential}"),
                format!("SignedHeaders={signed_headers}"),
                format!("Signature={signature}"),
            ],
            separator: ", ".to_owned(),
            end: String::new(),
        }
    }

    /// The field of this name.
    pub(super) fn field(&mut self, name: &str) -> &mut String {
        let at = self.fields.iter().position(|field| field.starts_with(&format!("{name}=")));
        &mut self.fields[at.unwrap_or_default()]
    }

    /// The value of the header.
    pub(super) fn value(&self) -> String {
        format!("{}{}{}", self.algorithm, self.fields.join(&self.separator), self.end)
    }
}

//! What every question says about itself, whatever its operation.

/// An environment variable of the one-shot mode: its name without the common prefix, and its
/// value; `None` if there is none, or if the environment cannot hold it.
pub type Variable = (&'static str, Option<Vec<u8>>);

/// A question of one operation.
pub trait Asked {
    /// The body that a one-shot adapter reads from a file, if there is one.
    fn body(&self) -> Option<&[u8]> {
        None
    }

    /// The fields as a one-shot adapter reads them from its environment.
    fn variables(&self) -> Vec<Variable> {
        Vec::new()
    }

    /// The question in a few words, for a message.
    fn in_words(&self) -> String;
}

impl<Q: Asked + ?Sized> Asked for Box<Q> {
    fn body(&self) -> Option<&[u8]> {
        (**self).body()
    }

    fn variables(&self) -> Vec<Variable> {
        (**self).variables()
    }

    fn in_words(&self) -> String {
        (**self).in_words()
    }
}

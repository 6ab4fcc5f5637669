//! Enums whose variants are words of the file format.

/// Defines an enum from a table of variants and their words. The table is the one place where a
/// word stands: reading, writing, `ALL`, `as_str` and `Display` follow from it.
macro_rules! words {
    (
        $(#[$attribute:meta])*
        pub enum $name:ident { $( $(#[$note:meta])* $variant:ident = $word:literal, )+ }
    ) => {
        $(#[$attribute])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
            serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $( $(#[$note])* #[serde(rename = $word)] $variant, )+
        }

        impl $name {
            /// Every variant, in the order of the definition.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word that stands for it in files and in messages.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    };
}

pub(crate) use words;

//! The names of the mistakes.

use sigv4_protocol::Side;

/// Defines [`Mistake`] from its tables of variants and ids.
macro_rules! mistakes {
    ([$($signer:ident = $signer_id:literal,)+] [$($verifier:ident = $verifier_id:literal,)+]) => {
        /// One mistake of the catalogue; [`Mistake::entry`] says what it does.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub enum Mistake {
            $(#[doc = concat!("`", $signer_id, "`")] $signer,)+
            $(#[doc = concat!("`", $verifier_id, "`")] $verifier,)+
        }

        impl Mistake {
            /// Every mistake, in the order in which the catalogue shows them.
            pub const ALL: &[Self] = &[$(Self::$signer,)+ $(Self::$verifier,)+];

            /// Those of signers.
            const OF_SIGNERS: &[Self] = &[$(Self::$signer),+];

            /// Those of verifiers.
            const OF_VERIFIERS: &[Self] = &[$(Self::$verifier),+];

            /// Its id in files and messages: readable, in kebab case, stable.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$signer => $signer_id,)+
                    $(Self::$verifier => $verifier_id,)+
                }
            }

            /// The mistake with this id.
            #[must_use]
            pub fn from_id(id: &str) -> Option<Self> {
                match id {
                    $($signer_id => Some(Self::$signer),)+
                    $($verifier_id => Some(Self::$verifier),)+
                    _ => None,
                }
            }
        }
    };
}

with_signers! { with_families! with_verifiers! mistakes! }

impl Mistake {
    /// Every mistake of one side.
    #[must_use]
    pub const fn of(side: Side) -> &'static [Self] {
        match side {
            Side::Signer => Self::OF_SIGNERS,
            Side::Verifier => Self::OF_VERIFIERS,
        }
    }
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.pad(self.id())
    }
}

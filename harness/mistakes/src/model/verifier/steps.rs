//! The mistakes of verifiers that are those of a signer's canonical request.

use crate::catalogue::{Mistake, MistakeSet};

/// What a verifier with these mistakes makes wrong in the canonical request, as mistakes of a signer.
pub(super) fn of(mistakes: MistakeSet) -> MistakeSet {
    const SAME: &[(Mistake, &[Mistake])] = &[
        (Mistake::VerifyPathDecoded, &[Mistake::PathS3DecodedAndEncoded, Mistake::PathEncodedOnce]),
        (Mistake::VerifyPathDotsResolved, &[Mistake::PathS3DotSegmentsResolved]),
        (Mistake::VerifyPathSlashesMerged, &[Mistake::PathS3SlashesMerged]),
        (Mistake::VerifyPathEncodedSlash, &[Mistake::PathEscapedSlashDecoded]),
        (Mistake::VerifyPathNotNormalised, &[Mistake::PathNotNormalised]),
        (Mistake::VerifyPathEncodedDots, &[Mistake::PathEncodedDotsResolved]),
        (Mistake::VerifyPathTrailingSlash, &[Mistake::PathTrailingSlashStripped]),
        (Mistake::VerifyPathInLowerCase, &[Mistake::PathLowerCased]),
        (Mistake::VerifyPathCutAtNul, &[Mistake::PathNulCuts]),
        (Mistake::VerifyQueryIgnored, &[Mistake::QueryMissing]),
        (
            Mistake::VerifyQueryPlusIsSpace,
            &[Mistake::QueryPlusIsSpace, Mistake::QueryEscapedPlusIsSpace],
        ),
        (Mistake::VerifyQueryDecodedTwice, &[Mistake::QueryDecodedTwice]),
        (Mistake::VerifyQueryRepeatsFirst, &[Mistake::QueryRepeatsFirstWins]),
        (Mistake::VerifyQueryRepeatsLast, &[Mistake::QueryRepeatsLastWins]),
        (Mistake::VerifyQueryValuelessDropped, &[Mistake::QueryValuelessDropped]),
        (Mistake::VerifyQueryEmptyDropped, &[Mistake::QueryEmptyValueDropped]),
        (Mistake::VerifyQueryOrderKept, &[Mistake::QueryUnsorted]),
        (Mistake::VerifyQueryRepeatsKeepOrder, &[Mistake::QueryRepeatsKeepOrder]),
        (Mistake::VerifyQuerySortedWithoutCase, &[Mistake::QuerySortedWithoutCase]),
        (Mistake::VerifyQueryNamesInLowerCase, &[Mistake::QueryKeysLowerCased]),
        (Mistake::VerifyRepeatedHeaderFirst, &[Mistake::HeaderRepeatsFirstWins]),
        (Mistake::VerifyRepeatedHeaderLast, &[Mistake::HeaderRepeatsLastWins]),
        (Mistake::VerifyHeaderValueInLowerCase, &[Mistake::HeaderValueLowerCased]),
        (Mistake::VerifyHeaderEndsNotTrimmed, &[Mistake::HeaderEndsNotTrimmed]),
        (Mistake::VerifyHeaderInnerSpacesKept, &[Mistake::HeaderInnerSpacesKept]),
        (Mistake::VerifyHeaderValueCut, &[Mistake::HeaderContentTypeParametersCut]),
        (Mistake::VerifyHostPortIgnored, &[Mistake::HostPortDropped]),
        (Mistake::VerifyHostInLowerCase, &[Mistake::HostLowerCased]),
    ];
    let made = SAME.iter().filter(|(own, _)| mistakes.contains(*own));
    made.flat_map(|(_, steps)| steps.iter().copied()).collect()
}

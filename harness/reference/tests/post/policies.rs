//! How a policy is read, and what is wrong with one.

use sigv4_reference::post::{LONGEST_POLICY, Policy, PolicyError, PolicyProblem, Test};

use crate::published::{DOCUMENTED, DOCUMENTED_IN_BASE64};
use crate::time;

const START: &str = r#"{"expiration":"2030-01-02T03:04:05Z","conditions":["#;

#[test]
fn all_kinds_of_conditions_are_read() {
    let text = r#" {"conditions": [{"acl": "private"}, ["eq", "$\u0061cl", "p\/"], ["eq", "$a", "\$"],
        ["starts-with", "$key", ""], ["content-length-range", 1, "10"]
    ] , "expiration": "2030-01-02T03:04:05.678Z" } "#;
    let policy = Policy::parse(text.as_bytes()).unwrap();
    assert_eq!(policy.expiration, time("20300102T030405Z"));
    let tests: Vec<String> = policy.conditions.iter().map(|one| one.test.to_string()).collect();
    let expected = [
        r#"["eq", "$acl", "private"]"#,
        r#"["eq", "$acl", "p/"]"#,
        r#"["eq", "$a", "$"]"#,
        r#"["starts-with", "$key", ""]"#,
        r#"["content-length-range", 1, 10]"#,
    ];
    assert_eq!(tests, expected);
    assert_eq!(policy.conditions[4].test, Test::LengthRange { shortest: 1, longest: 10 });
    for condition in &policy.conditions {
        assert!(text[condition.offset..].starts_with(['{', '[']));
    }
    let empty = format!("{START}]}}");
    assert_eq!(Policy::parse(empty.as_bytes()).unwrap().conditions, []);
}

#[test]
fn a_policy_allows_what_meets_all_its_conditions() {
    let text = format!(
        r#"{START}["starts-with","$acl","p"],{{"Acl":"private"}},["starts-with","$a",""]]}}"#
    );
    let policy = Policy::parse(text.as_bytes()).unwrap();
    for (name, value, allowed) in
        [("acl", "private", true), ("ACL", "public", false), ("a", "", true), ("b", "", false)]
    {
        assert_eq!(policy.allows(name, value), allowed, "{name}={value}");
    }
}

#[test]
fn what_is_wrong_in_a_policy_is_located() {
    let expected = |what| PolicyProblem::Expected { what };
    let missing = |name| PolicyProblem::MemberMissing { name };
    let text = |text: &str| text.to_owned();
    let value = "the value as a string";
    let member = "`expiration` or `conditions` in quotation marks";
    let number = "a whole number of bytes";
    for (policy, offset, problem) in [
        ("", 0, expected("`{`")),
        ("\u{feff}{}", 0, expected("`{`")),
        ("[]", 0, expected("`{`")),
        ("{}", 1, missing("expiration")),
        ("{,}", 1, expected(member)),
        (r#"{"expiration":"2030-01-02T03:04:05Z"}"#, 36, missing("conditions")),
        (r#"{"conditions":[]}"#, 16, missing("expiration")),
        (r#"{"conditions":[],}"#, 17, expected(member)),
        (r#"{"conditions":[]"#, 16, expected("`,` or `}`")),
        (r#"{"conditions":{}}"#, 14, expected("a list of conditions in `[` and `]`")),
        (
            r#"{"conditions":[],"conditions":[]}"#,
            17,
            PolicyProblem::MemberRepeated { name: "conditions" },
        ),
        (r#"{"Expiration":""}"#, 1, PolicyProblem::UnknownMember { name: text("Expiration") }),
        (r#"{"expiration":1}"#, 14, expected("the expiration in quotation marks")),
        (
            r#"{"expiration":"20300102T030405Z"}"#,
            14,
            PolicyProblem::Expiration { text: text("20300102T030405Z") },
        ),
        (
            r#"{"expiration":"2030-01-02T03:04:05"}"#,
            14,
            PolicyProblem::Expiration { text: text("2030-01-02T03:04:05") },
        ),
        (&format!("{START}]}}x"), 53, expected("the end of the policy")),
        (&format!("{START},]}}"), 51, expected("a condition in `{}` or `[]`")),
        (&format!("{START}[[[["), 52, expected("`eq`, `starts-with` or `content-length-range`")),
        (&format!("{START}{{}}"), 52, expected("the name of a field in quotation marks")),
        (
            &format!(r#"{START}{{"a":"b","c":"d"}}"#),
            59,
            expected("`}`: a condition in braces is about one field"),
        ),
        (&format!(r#"{START}{{"success_action_status":201}}"#), 76, expected(value)),
        (
            &format!(r#"{START}["EQ","$a","b"]]}}"#),
            52,
            PolicyProblem::Operator { text: text("EQ") },
        ),
        (&format!(r#"{START}["eq","a","b"]]}}"#), 57, PolicyProblem::Dollar { text: text("a") }),
        (
            &format!(r#"{START}["eq","\u0061","b"]]}}"#),
            57,
            PolicyProblem::Dollar { text: text("a") },
        ),
        (&format!(r#"{START}["eq","$a"]]}}"#), 61, expected("`,`")),
        (&format!(r#"{START}["eq","$a",null]]}}"#), 62, expected(value)),
        (
            &format!(r#"{START}["eq","$a","b","c"]]}}"#),
            65,
            expected("`]`: a condition has three items"),
        ),
        (&format!(r#"{START}["content-length-range",-1,2]]}}"#), 75, expected(number)),
        (&format!(r#"{START}["content-length-range",1,2.5]]}}"#), 77, expected(number)),
        (&format!("{START}{{\"a\":\"b\n\"}}]}}"), 58, PolicyProblem::ControlCharacter),
    ] {
        let error = Policy::parse(policy.as_bytes()).unwrap_err();
        assert_eq!(error, PolicyError { offset, problem }, "{policy}");
    }
    let error = Policy::parse(b"{\"\xff").unwrap_err();
    assert_eq!(error, PolicyError { offset: 2, problem: PolicyProblem::Utf8 });
}

#[test]
fn what_is_wrong_in_the_field_is_located() {
    assert_eq!(
        Policy::decode(DOCUMENTED_IN_BASE64.as_bytes()).as_deref(),
        Ok(DOCUMENTED.as_bytes())
    );
    let broken = DOCUMENTED_IN_BASE64.replacen("CAi", "CA\ni", 1);
    let offset = broken.find('\n').unwrap();
    let problem = PolicyProblem::Base64;
    assert_eq!(Policy::decode(broken.as_bytes()), Err(PolicyError { offset, problem }));
}

/// Neither length nor depth costs more than the limit.
#[test]
fn large_and_deep_policies_are_refused() {
    let deep = "[".repeat(LONGEST_POLICY);
    assert_eq!(Policy::parse(deep.as_bytes()).unwrap_err().offset, 0);
    let long = vec![b' '; 64 << 20];
    let error = Policy::parse(&long).unwrap_err();
    let problem = PolicyProblem::TooLong { limit: LONGEST_POLICY };
    assert_eq!(error, PolicyError { offset: LONGEST_POLICY, problem });

    // As many conditions as there is room for.
    let condition = r#"{"":""},"#;
    let count = (LONGEST_POLICY - START.len() - 2) / condition.len();
    let many = format!("{START}{}]}}", condition.repeat(count)).replace(",]", "]");
    assert_eq!(Policy::parse(many.as_bytes()).unwrap().conditions.len(), count);
}

#[test]
fn every_truncation_is_refused() {
    for length in 0..DOCUMENTED.len() {
        let error = Policy::parse(&DOCUMENTED.as_bytes()[..length]).unwrap_err();
        assert!(error.offset <= length, "cut to {length} bytes: {error}");
    }
}

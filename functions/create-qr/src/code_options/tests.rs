use creation::{
    options::{DARK, EXPIRES_AT, EXPIRES_IN, INK, MAX_MODULES, MaxModules, REVEAL, USES},
    payload_model::DEPLOYED,
};
use qr_symbol::{Palette, Style, svg};
use sealed_qr::{Reveal, Uses};

use super::*;

const NOW: UnixTime = UnixTime(1_800_000_000);

fn with(query: &str) -> Request {
    Request { query: query.to_owned(), ..Request::default() }
}

fn seal_options(query: &str) -> Result<SealOptions, String> {
    seal_options_at(query, NOW)
}

fn seal_options_at(query: &str, now: UnixTime) -> Result<SealOptions, String> {
    let parsed = sealed_as(&with(query), &DEPLOYED, DEPLOYED.default(), now);
    parsed.map(|(_, options)| options).map_err(|problem| problem.to_string())
}

fn draw_options(query: &str) -> Result<DrawOptions, String> {
    plain(&with(query)).map(|(_, options)| options).map_err(|problem| problem.to_string())
}

/// What is said about a query that is wrong for either kind of code: sealed, then plain.
#[track_caller]
fn refusals(query: &str) -> [String; 2] {
    [sealed(&with(query), &DEPLOYED, NOW).map(drop), plain(&with(query)).map(drop)].map(|parsed| {
        let problem = parsed.expect_err(query);
        assert_eq!(problem.problem_type().slug(), "invalid-query", "{query}");
        problem.to_string()
    })
}

#[test]
fn an_expiry_is_a_duration_or_a_time() {
    let expires_at = |at: &str| seal_options(&format!("expires_at={at}")).map(|s| s.terms.expires_at);
    for at in ["1800000001", "2027-01-15T08:00:01Z", "2027-01-15T09:00:01%2B01:00", "2027-01-15t08:00:01.5z"] {
        assert_eq!(expires_at(at), Ok(Some(UnixTime(1_800_000_001))), "{at}");
    }
    assert_eq!(expires_at("4291747199"), Ok(Some(UnixTime(4_291_747_199))));
    for at in ["1800000000", "0", "-1", "4291747200", "2027-01-15", "2027-01-15T09:00:01+01:00", "tomorrow", "", "1e10"]
    {
        assert_eq!(expires_at(at).unwrap_err(), EXPIRES_AT.invalid().to_string(), "{at}");
    }
    assert_eq!(
        seal_options("expires_at=1800000001&expires_in=1").unwrap_err(),
        "Send either expires_at or expires_in, not both."
    );
}

#[test]
fn a_model_is_one_that_the_deployment_has() {
    let model = |query: &str| {
        let parsed = sealed(&with(query), &DEPLOYED, NOW);
        parsed.map(|(_, _, model)| model.model.name()).map_err(|problem| problem.to_string())
    };
    assert_eq!((model(""), model("model=order")), (Ok("order"), Ok("order")));
    assert_eq!(model("model=Order").unwrap_err(), "The value of model must be order.");
    assert!(seal_options("model=order").unwrap_err().starts_with("Unknown parameter"), "the path has it");
}

#[test]
fn a_symbol_can_be_kept_from_being_too_dense() {
    let limit = |limit: &str| draw_options(&format!("max_modules={limit}")).map(|options| options.max_modules);
    assert_eq!((limit("21"), limit("177")), (Ok(MaxModules(21)), Ok(MaxModules(177))));
    for other in ["20", "178", "", "x", "-1"] {
        assert_eq!(limit(other).unwrap_err(), MAX_MODULES.invalid().to_string(), "{other}");
    }
}

#[test]
fn a_size_in_print_is_that_of_a_module_or_of_the_picture() {
    let width = |query: &str| draw_options(query).map(|options| options.style.print_width(37).to_string());
    assert_eq!(width(""), Ok("14.85".to_owned()));
    assert_eq!(width("module_mm=0.5"), Ok("22.5".to_owned()));
    assert_eq!(width("module_mm=0.5&margin=0"), Ok("18.5".to_owned()));
    assert_eq!(width("width_mm=20.12"), Ok("20.12".to_owned()));
    let both = "Send either width_mm or module_mm, not both.";
    assert_eq!(refusals("module_mm=0.5&width_mm=20"), [both, both]);
}

#[test]
fn a_drawing_has_pixels_if_only_a_scale_is_given() {
    let unit = |query: &str| draw_options(query).unwrap().svg_unit;
    assert_eq!(unit("scale=8"), svg::Unit::Pixels);
    for query in ["", "margin=2", "module_mm=0.33", "width_mm=20", "scale=8&module_mm=0.5", "scale=8&width_mm=20"] {
        assert_eq!(unit(query), svg::Unit::Millimetres, "{query}");
    }
}

#[test]
fn black_ink_alone_prints_documents_in_black_on_white() {
    let ink = |query: &str, accept: Option<&str>| {
        let request = Request { accept: accept.map(str::to_owned), ..with(query) };
        plain(&request).map(|(_, options)| options.ink).map_err(|problem| problem.to_string())
    };
    assert_eq!(ink("ink=k100&format=pdf&dark=000000&light=FFFFFF", None), Ok(Ink::K100));
    assert_eq!(ink("ink=k100", Some("application/pdf")), Ok(Ink::K100));
    assert_eq!(ink("ink=rgb&format=png&dark=00287a", None), Ok(Ink::Rgb));
    let elsewhere = "The value of ink must be rgb, unless the format is pdf.";
    for query in ["ink=k100", "ink=k100&format=svg", "ink=k100&format=json"] {
        assert_eq!(ink(query, None).unwrap_err(), elsewhere, "{query}");
    }
    let coloured = "The value of ink must be rgb, unless dark is 000000 and light is ffffff.";
    for query in ["ink=k100&format=pdf&dark=000001", "ink=k100&format=pdf&light=ffe9a8"] {
        assert_eq!(ink(query, None).unwrap_err(), coloured, "{query}");
    }
}

#[test]
fn the_smallest_version_is_not_too_dense() {
    let version = |query: &str| draw_options(query).map(|options| options.min_version.number());
    assert_eq!((version(""), version("min_version=40")), (Ok(1), Ok(40)));
    assert_eq!(version("min_version=5&max_modules=37"), Ok(5));
    assert_eq!(
        version("min_version=6&max_modules=37").unwrap_err(),
        "The value of min_version must be a version of at most 37 modules, as max_modules says."
    );
}

#[test]
fn expiry() {
    let expires_at = |seconds: &str| seal_options(&format!("expires_in={seconds}")).map(|s| s.terms.expires_at);
    assert_eq!(expires_at("1"), Ok(Some(UnixTime(1_800_000_001))));
    assert_eq!(expires_at("2491747199"), Ok(Some(UnixTime(4_291_747_199))));
    for seconds in ["0", "-1", "-5", "1.5", "", "forever", "2491747200", "3153600000", "3153600001", "99999999999"] {
        assert_eq!(expires_at(seconds).unwrap_err(), EXPIRES_IN.invalid().to_string(), "{seconds}");
    }
    let long_ago = UnixTime(0);
    assert!(seal_options_at("expires_in=3153600000", long_ago).is_ok());
    assert!(seal_options_at("expires_in=3153600001", long_ago).is_err());
}

#[test]
fn a_code_counts_if_its_uses_are_limited() {
    let uses = |query: &str| seal_options(query).map(|options| options.terms.uses);
    let counting = |limit: u8, reveal| Ok(Some(Uses { limit: limit.try_into().unwrap(), reveal }));
    assert_eq!((uses(""), uses("reveal=always")), (Ok(None), Ok(None)));
    assert_eq!((uses("uses=1"), uses("uses=255")), (counting(1, Reveal::Always), counting(255, Reveal::Always)));
    assert_eq!(uses("uses=2&reveal=on-redeem"), counting(2, Reveal::OnRedeem));
    for other in ["0", "256", "-1", "", "once", "1.0"] {
        assert_eq!(uses(&format!("uses={other}")).unwrap_err(), USES.invalid().to_string(), "{other}");
    }
    assert_eq!(
        uses("reveal=on-redeem").unwrap_err(),
        "The parameter reveal has no meaning without uses: send both or neither."
    );
    let without = DEPLOYED.configured(|_| None).unwrap();
    let refused = sealed(&with("uses=1"), &without, NOW).map(drop).unwrap_err().to_string();
    assert!(refused.starts_with("This deployment does not offer uses."), "{refused}");
}

#[test]
fn every_parameter_takes_what_it_says_and_nothing_else() {
    for parameter in sealed_parameters() {
        let beside = match parameter {
            REVEAL => "uses=1&",
            INK => "format=pdf&",
            _ => "",
        };
        let takes = |value: &str| seal_options(&format!("{beside}{}={value}", parameter.name)).is_ok();
        let (good, bad) = match parameter.values {
            Values::Words(words) => (words.iter().map(ToString::to_string).collect(), vec!["words".to_owned()]),
            // The longest times end after 2105 from now on.
            Values::Integer { min, max, .. } if parameter == EXPIRES_IN => {
                (vec![min.to_string(), "86400".to_owned()], vec!["0".to_owned(), (max + 1).to_string()])
            }
            Values::Integer { min, max, .. } => {
                (vec![min.to_string(), max.to_string()], vec![(i64::from(min) - 1).to_string(), (max + 1).to_string()])
            }
            Values::Decimal { min, max } => {
                (vec![min.to_owned(), max.to_owned()], vec!["0.09".to_owned(), format!("{max}.01"), "1e1".to_owned()])
            }
            Values::Colour => (vec![parameter.default.unwrap().to_owned()], vec!["#000000".to_owned()]),
            Values::Text(_) => continue,
            Values::Instant => (vec!["2105-12-31T23:59:59Z".to_owned()], vec!["2106-01-01T00:00:00Z".to_owned()]),
        };
        for value in good {
            assert!(takes(&value), "{}={value}", parameter.name);
        }
        for value in bad.iter().map(String::as_str).chain([""]) {
            assert!(!takes(value), "{}={value}", parameter.name);
        }
    }
}

#[test]
fn unknown_parameters_are_refused_and_the_valid_ones_listed() {
    let long = format!("{}=1", "a".repeat(3000));
    for query in [
        "size=8",
        "Scale=8",
        "scale%20=8",
        "scale=8&x",
        "x=1&scale=8",
        "utm_source=mail",
        "%F0%9F%A6%80=1",
        "%ff=1",
        &long,
    ] {
        let valid = refusals(query).map(|detail| {
            let (_, names) = detail.trim_end_matches('.').rsplit_once(": ").unwrap();
            let mut names: Vec<_> = names.split(", ").map(str::to_owned).collect();
            names.sort();
            names
        });
        let draw = [
            "dark",
            "ecc",
            "format",
            "ink",
            "light",
            "margin",
            "max_modules",
            "min_version",
            "module_mm",
            "scale",
            "width_mm",
        ];
        let mut seal = [&draw[..], &["expires_at", "expires_in", "link", "model", "reveal", "uses"]].concat();
        seal.sort_unstable();
        assert_eq!(valid[0], seal, "{query}");
        assert_eq!(valid[1], draw, "{query}");
    }
    assert!(draw_options("link=full").unwrap_err().starts_with("Unknown parameter \"link\". "));
}

#[test]
fn a_repeated_parameter_is_refused() {
    for (name, value, is_for_plain_codes) in [
        ("ecc", "M", true),
        ("scale", "8", true),
        ("margin", "4", true),
        ("format", "png", true),
        ("dark", "000000", true),
        ("light", "ffffff", true),
        ("link", "full", false),
        ("expires_in", "60", false),
    ] {
        let once = format!("{name}={value}");
        assert!(seal_options(&once).is_ok() && draw_options(&once).is_ok() == is_for_plain_codes, "{once}");
        let encoded = format!("%{:02x}{}={value}", name.as_bytes()[0], &name[1..]);
        for again in [once.clone(), format!("{name}="), encoded] {
            let [sealed, plain] = refusals(&format!("{once}&{again}"));
            assert_eq!(sealed, format!("The parameter {name} appears more than once; send it once."));
            assert!(plain == sealed || !is_for_plain_codes, "{again}: {plain}");
        }
    }
}

#[test]
fn bad_values_are_refused_with_the_good_ones() {
    let not_numbers = [
        "",
        "-1",
        "1.5",
        "1e1",
        "0x8",
        "8px",
        "eight",
        "%208",
        "8%20",
        "8,",
        "99999999999999999999",
        "٨",
        "%D9%A8",
        "\\u0668",
        "NaN",
        "null",
    ];
    for (name, expected, values) in [
        ("ecc", "L, M, Q or H", &["", "X", "LM", "0", "medium", "M%20", "%00", "é", "%C3%A9", "\\xe9"][..]),
        ("scale", "a whole number from 1 to 40", &["0", "41", "1000"]),
        ("scale", "a whole number from 1 to 40", &not_numbers),
        ("margin", "a whole number from 0 to 16", &["17", "256", "65536", "4294967300"]),
        ("margin", "a whole number from 0 to 16", &not_numbers),
        (
            "dark",
            "six hexadecimal digits (RRGGBB)",
            &["", "black", "000", "#000000", "00000g", "0000000", "abc", "%23000000"],
        ),
        ("light", "six hexadecimal digits (RRGGBB)", &["", "white"]),
        ("format", "png, svg, pdf or json", &["", "gif", "PNG%00", "image/png", "jpeg", "png,json"]),
        (
            "module_mm",
            "a decimal number from 0.1 to 10",
            &["", "0", "0.0999", "10.01", "0,33", "1e0", ".5", "1.", "1mm", "%D9%A8"],
        ),
        (
            "width_mm",
            "a decimal number from 5 to 1000",
            &["", "4.9", "1001", "1000.0001", "-5", "%2B5", "NaN", "inf", "0x20"],
        ),
        ("min_version", "a whole number from 1 to 40", &["", "0", "41", "M1", "1.0"]),
        ("ink", "rgb or k100", &["", "cmyk", "black", "K100"]),
    ] {
        for value in values {
            let detail = format!("The value of {name} must be {expected}.");
            assert_eq!(refusals(&format!("{name}={value}")), [detail.clone(), detail], "{name}={value}");
        }
    }
    for value in ["", "short", "full%20", "both"] {
        let detail = seal_options(&format!("link={value}")).unwrap_err();
        assert_eq!(detail, "The value of link must be full or compact.", "{value}");
    }
}

#[test]
fn defaults_are_what_the_parameters_say() {
    let said: Vec<_> = sealed_parameters()
        .filter_map(|parameter| Some(format!("{}={}", parameter.name, parameter.default?)))
        .collect();
    // Whoever names the size in print has asked for it, whatever it is.
    let said = format!("{:?}", seal_options(&said.join("&"))).replace("is_sized: true", "is_sized: false");
    assert_eq!(said, format!("{:?}", seal_options("")));
    assert_eq!(seal_options("").unwrap().draw.style, Style::default());
}

#[test]
fn the_documentation_has_exactly_these_parameters() {
    let (_, section) = include_str!("../../../../docs/api.md").split_once("\n## Create a sealed code\n").unwrap();
    let documented: Vec<_> = section
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` |"))
        .collect();
    // The names of models are the deployment's.
    let (model, documented) = documented.split_last().unwrap();
    assert_eq!(model.0, SealOptions::model_parameter(&DEPLOYED).name);
    assert_eq!(
        documented.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        sealed_parameters().map(|parameter| parameter.name).collect::<Vec<_>>()
    );
    for (parameter, (_, row)) in sealed_parameters().zip(documented) {
        let facts = match parameter.values {
            Values::Words(words) => words.iter().map(|word| format!("`{word}`")).collect(),
            Values::Integer { min, max, .. } => vec![format!("{min} to {max}")],
            Values::Decimal { min, max } => vec![format!("{min} to {max}")],
            Values::Colour => vec!["`RRGGBB`".to_owned()],
            Values::Text(_) => Vec::new(),
            Values::Instant => vec!["RFC 3339".to_owned(), "Unix seconds".to_owned()],
        };
        for fact in facts.into_iter().chain(parameter.default.map(|default| format!("| `{default}` |"))) {
            assert!(row.contains(&fact), "{}: {fact}", parameter.name);
        }
    }
    let contrast = format!("a contrast of at least {}:1", Palette::MIN_CONTRAST);
    assert!(DARK.meaning.contains(&contrast) && include_str!("../../../../docs/api.md").contains(&contrast));
    assert_eq!(draw_options("no=such").unwrap_err().matches(", ").count() + 1, plain_parameters().count());
}

#[test]
fn colours_need_contrast() {
    let palette = draw_options("dark=00287a&light=FFE9A8").unwrap().style.palette;
    assert_eq!((palette.dark().to_string(), palette.light().to_string()), ("00287a".into(), "ffe9a8".into()));
    for query in [
        "dark=ffffff&light=000000",
        "dark=ffffff",
        "dark=aaaaaa",
        "dark=999999",
        "light=333333",
        "light=555555",
        "dark=777777&light=777777",
    ] {
        let detail = "The value of dark must be darker than light, with a contrast of at least 3:1.";
        assert_eq!(refusals(query), [detail, detail], "{query}");
    }
}

#[test]
fn the_format_is_named_or_accepted() {
    let format = |query: &str, accept: Option<&str>| {
        let request = Request { accept: accept.map(str::to_owned), ..with(query) };
        plain(&request).map(|(format, _)| format).map_err(|problem| problem.problem_type().slug())
    };
    for (accept, expected) in [
        (None, Format::Png),
        (Some("*/*"), Format::Png),
        (Some("image/*"), Format::Png),
        (Some("not a media type"), Format::Png),
        (Some("image/svg+xml"), Format::Svg),
        (Some("text/html, image/svg+xml;q=0.9, */*;q=0.1"), Format::Svg),
        (Some("application/pdf"), Format::Pdf),
        (Some("application/pdf, image/png;q=0.5"), Format::Pdf),
        (Some("application/json"), Format::Json),
        (Some("application/*"), Format::Json),
        (Some("application/json, image/png;q=0.5"), Format::Json),
        (Some("image/png;q=0.1, application/json;q=0.2"), Format::Json),
    ] {
        assert_eq!(format("", accept), Ok(expected), "{accept:?}");
        assert_eq!(format("format=svg", accept), Ok(Format::Svg), "{accept:?}");
    }
    assert_eq!(format("format=png", Some("application/json")), Ok(Format::Png));
    assert_eq!(format("format=svg", Some("text/html")), Ok(Format::Svg));
    assert_eq!(format("", Some("text/html")), Err("not-acceptable"));
    let offered = Format::ALL.map(Format::media_type);
    assert_eq!(offered, ["image/png", "image/svg+xml", "application/json", "application/pdf"]);
}

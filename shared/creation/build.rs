//! Writes a validator for each payload model, as code, so that a start does not interpret the model.

use std::{env, fs, path::Path};

use payload_models::{CURRENT, DEFAULT, MODELS};

fn main() {
    let validators = CURRENT.map(|model| {
        let (number, name) = (model.number(), model.name());
        format!(
            r#"#[jsonschema::validator(
                path = "../../shared/models/{number}-{name}.schema.json",
                draft = Draft202012,
                validate_formats = true,
                methods = {{ is_valid = true, validate = false, iter_errors = true }}
            )]
            struct Schema{number};
            "#
        )
    });
    let models = CURRENT.map(|model| {
        let number = model.number();
        let place = MODELS.iter().position(|other| other.number() == number).unwrap_or_default();
        format!(
            "PayloadModel {{ model: &payload_models::MODELS[{place}], violations: |payload| {{
                if Schema{number}::is_valid(payload) {{ Vec::new() }} else {{
                    violation::list(Schema{number}::iter_errors(payload))
                }}
            }} }},"
        )
    });
    let names = CURRENT.map(payload_models::Model::name);
    let default = CURRENT.iter().position(|model| model.number() == DEFAULT.number()).unwrap_or_default();
    let code = format!(
        "{}
        static MODELS: [PayloadModel; {}] = [{}];
        /// The models of this deployment.
        pub static DEPLOYED: PayloadModels = PayloadModels::new(&MODELS, &{names:?}, {default});",
        validators.concat(),
        models.len(),
        models.concat(),
    );
    let out = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&out).join("deployed.rs"), code).expect("cargo has made the folder");
}

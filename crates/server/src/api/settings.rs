//! `GET` and `PUT /traceloupe/v1/settings`: run-time settings, kept in the database.

use analysis::compare::Tolerance;
use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use ingest::Settings;
use proto::ui;

use super::ApiError;
use crate::router::App;

fn message(settings: &Settings) -> ui::Settings {
    let theme = match settings.theme.as_deref() {
        Some("light") => ui::Theme::Light,
        Some("dark") => ui::Theme::Dark,
        _ => ui::Theme::System,
    };
    ui::Settings {
        theme,
        time_zone: match settings.time_zone.as_deref() {
            Some("utc") => ui::TimeZone::Utc,
            _ => ui::TimeZone::Local,
        },
        number_format: match settings.number_format.as_deref() {
            Some("point") => ui::NumberFormat::Point,
            Some("space") => ui::NumberFormat::Space,
            _ => ui::NumberFormat::Comma,
        },
        default_experiment_id: settings.default_experiment.to_string(),
        allow_origins: settings.allow_origins.clone(),
        retention_max_bytes: settings.retention_max_bytes,
        retention_max_age_days: settings.retention_max_age_days,
        compare_tolerance_per_mille: settings.compare_tolerance.per_mille,
        compare_tolerance_ns: settings.compare_tolerance.nanos,
    }
}

/// Returns the settings.
#[utoipa::path(get, path = "/traceloupe/v1/settings", tag = "settings", responses((status = 200, body = ui::Settings)))]
pub(super) async fn get_settings(State(app): State<App>) -> Result<Json<ui::Settings>, ApiError> {
    let settings = app.ingest.store().read(Settings::read).await?;
    Ok(Json(message(&settings)))
}

/// Replaces the settings.
#[utoipa::path(
    put,
    path = "/traceloupe/v1/settings",
    tag = "settings",
    request_body = ui::Settings,
    responses((status = 200, body = ui::Settings), (status = 400, body = ui::ErrorBody), (status = 404, body = ui::ErrorBody))
)]
pub(super) async fn put_settings(
    State(app): State<App>,
    settings: Result<Json<ui::Settings>, JsonRejection>,
) -> Result<Json<ui::Settings>, ApiError> {
    let Json(settings) = settings?;
    let theme = match settings.theme {
        ui::Theme::System => "system",
        ui::Theme::Light => "light",
        ui::Theme::Dark => "dark",
    };
    let time_zone = match settings.time_zone {
        ui::TimeZone::Local => "local",
        ui::TimeZone::Utc => "utc",
    };
    let number_format = match settings.number_format {
        ui::NumberFormat::Comma => "comma",
        ui::NumberFormat::Point => "point",
        ui::NumberFormat::Space => "space",
    };
    let default_experiment =
        settings.default_experiment_id.parse().map_err(|error| ApiError::invalid(format!("{error}")))?;
    let settings = Settings {
        theme: Some(theme.to_owned()),
        time_zone: Some(time_zone.to_owned()),
        number_format: Some(number_format.to_owned()),
        default_experiment,
        allow_origins: settings.allow_origins,
        retention_max_bytes: settings.retention_max_bytes,
        retention_max_age_days: settings.retention_max_age_days,
        compare_tolerance: Tolerance {
            per_mille: settings.compare_tolerance_per_mille,
            nanos: settings.compare_tolerance_ns,
        },
    };
    app.ingest.put_settings(settings.clone()).await?;
    app.allow_origins(settings.allow_origins.clone());
    Ok(Json(message(&settings)))
}

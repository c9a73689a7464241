//! Logs to standard error, traces to an OTLP collector when one is named. What is logged passes through [`scrub`].

pub mod scrub;

use std::io::{self, IsTerminal as _};

use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing_subscriber::{EnvFilter, Layer as _, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use self::scrub::Scrubbed;
use crate::config::Config;

/// Spans of the exporter itself must not be exported.
const EXPORT_FILTER: &str = "info,hyper=off,hyper_util=off,reqwest=off,h2=off,opentelemetry=off,rustls=off";

/// Keeps the exporter; traces still in memory are sent by [`finish`](Self::finish).
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Sends what is still in memory. Blocks for a moment: the exporter works on a thread of its own.
    pub fn finish(self) {
        if let Some(provider) = self.0
            && let Err(error) = provider.shutdown()
        {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

/// Installs log and traces for the process. Lines are for people on a terminal, JSON otherwise.
///
/// # Errors
/// The filter or the address of the collector cannot be used.
pub fn install(config: &Config) -> anyhow::Result<Telemetry> {
    let filter = EnvFilter::try_new(&config.log)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(Scrubbed(io::stderr));
    let lines = if io::stderr().is_terminal() {
        lines.with_target(false).boxed()
    } else {
        lines.json().boxed()
    };
    let provider = exporter(config)?;
    let traces = provider.as_ref().map(|provider| {
        tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("http"))
            .with_filter(EnvFilter::new(EXPORT_FILTER))
    });
    tracing_subscriber::registry()
        .with(lines.with_filter(filter))
        .with(traces)
        .try_init()?;
    Ok(Telemetry(provider))
}

fn exporter(config: &Config) -> anyhow::Result<Option<SdkTracerProvider>> {
    let Some(endpoint) = &config.otlp_endpoint else {
        return Ok(None);
    };
    let endpoint = format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/'));
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint)
        .build()?;
    let resource = Resource::builder().with_service_name("bilten").build();
    Ok(Some(
        SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource)
            .build(),
    ))
}

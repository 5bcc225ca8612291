use rmcp::{
    handler::server::wrapper::Parameters,
    model::{CallToolResult, ContentBlock},
    tool, tool_router,
};

use super::Plain;
use crate::{
    answers,
    arguments::{self, RegionArguments},
    changes::Change,
};

#[tool_router(router = content_tools, vis = "pub(super)")]
impl Plain {
    /// Says a sentence.
    #[tool]
    fn test_simple_text() -> ContentBlock {
        answers::text()
    }

    /// Shows a picture.
    #[tool]
    fn test_image_content() -> ContentBlock {
        answers::image()
    }

    /// Plays a sound.
    #[tool]
    fn test_audio_content() -> ContentBlock {
        answers::audio()
    }

    /// Hands out a resource.
    #[tool]
    fn test_embedded_resource() -> ContentBlock {
        answers::embedded_resource()
    }

    /// Says, shows and hands out.
    #[tool]
    fn test_multiple_content_types() -> CallToolResult {
        CallToolResult::success(answers::mixed())
    }

    /// Fails.
    #[tool]
    fn test_error_handling() -> CallToolResult {
        CallToolResult::error(vec![answers::failure()])
    }

    /// Tool with JSON Schema 2020-12 features
    #[tool(input_schema = std::sync::Arc::new(arguments::json_schema_2020_12()))]
    fn json_schema_2020_12_tool() -> ContentBlock {
        answers::text()
    }

    /// Has a parameter that is repeated in a header.
    #[tool]
    fn test_header_parameter(
        Parameters(RegionArguments { region }): Parameters<RegionArguments>,
    ) -> ContentBlock {
        ContentBlock::text(region)
    }

    /// Announces that the list of tools has changed.
    #[tool]
    fn test_trigger_tool_change(&self) -> ContentBlock {
        self.changes.announce(Change::Tools);
        ContentBlock::text("announced")
    }

    /// Announces that the list of prompts has changed.
    #[tool]
    fn test_trigger_prompt_change(&self) -> ContentBlock {
        self.changes.announce(Change::Prompts);
        ContentBlock::text("announced")
    }
}

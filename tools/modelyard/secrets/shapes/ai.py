"""Credentials of services for machine learning."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, HEX, UUID, WORD, Shape

SHAPES = (
    Shape("openai-key", ("T3BlbkFJ",), rf"sk-{WORD}{{20,100}}T3BlbkFJ{WORD}{{20,100}}", lead=110),
    Shape(
        "openai-key",
        ("sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"),
        rf"sk-(?:proj|svcacct|admin|None)-{WORD}{{20,200}}",
    ),
    Shape("openai-session", ("ek_",), rf"ek_(?=[a-f]{{0,31}}[0-9]){HEX}{{32,64}}"),
    Shape("anthropic-key", ("sk-ant-",), rf"sk-ant-(?:api|admin|sid|oat|ort)[0-9]{{2}}-{WORD}{{60,140}}"),
    Shape("llm-key", ("sk-",), rf"sk-(?=[A-Za-z]{{0,60}}[0-9]){ALNUM}{{32,64}}"),
    Shape("openrouter-key", ("sk-or-",), rf"sk-or-(?:v1-)?{ALNUM}{{40,70}}"),
    Shape("huggingface-token", ("hf_", "api_org_"), rf"(?:hf_{ALNUM}{{34,40}}|api_org_{ALNUM}{{34,40}})"),
    Shape("replicate-token", ("r8_",), rf"r8_{ALNUM}{{37,40}}"),
    Shape("perplexity-key", ("pplx-",), rf"pplx-{ALNUM}{{40,60}}"),
    Shape("groq-key", ("gsk_",), rf"gsk_{ALNUM}{{48,56}}"),
    Shape("xai-key", ("xai-",), rf"xai-{ALNUM}{{70,90}}"),
    Shape("together-key", ("tgp_v1_",), rf"tgp_v1_{WORD}{{40,50}}"),
    Shape("fireworks-key", ("fw_",), rf"fw_(?=[A-Za-z]{{0,23}}[0-9]){ALNUM}{{22,26}}"),
    Shape("langsmith-key", ("lsv2_pt_", "lsv2_sk_"), rf"lsv2_(?:pt|sk)_{HEX}{{32}}_{HEX}{{10}}"),
    Shape("wandb-key", ("wandb_v1_",), rf"wandb_v1_{WORD}{{40,90}}"),
    Shape("pinecone-key", ("pcsk_",), rf"pcsk_{WORD}{{40,90}}"),
    Shape("voyage-key", ("pa-",), rf"pa-(?=[A-Za-z_-]{{0,42}}[0-9]){WORD}{{43}}"),
    Shape("elevenlabs-key", ("sk_",), rf"sk_{HEX}{{48}}"),
    Shape("nvidia-key", ("nvapi-",), rf"nvapi-{WORD}{{60,70}}"),
    Shape("jina-key", ("jina_",), rf"jina_{ALNUM}{{50,64}}"),
    Shape("tavily-key", ("tvly-",), rf"tvly-(?:dev-|prod-)?{ALNUM}{{28,40}}"),
    Shape("cerebras-key", ("csk-",), rf"csk-{ALNUM}{{40,60}}"),
    Shape("roboflow-key", ("rf_",), rf"rf_(?=[A-Za-z]{{0,27}}[0-9]){ALNUM}{{26,30}}"),
    Shape("composio-key", ("ak_",), rf"ak_(?=[A-Za-z_-]{{0,19}}[0-9]){WORD}{{20}}"),
    Shape("firecrawl-key", ("fc-",), rf"fc-{HEX}{{32}}"),
    Shape("e2b-key", ("e2b_",), rf"e2b_{HEX}{{40}}"),
    Shape("modal-token", ("ak-", "as-"), rf"a[ks]-(?=[A-Za-z]{{0,21}}[0-9]){ALNUM}{{22}}"),
    Shape("langfuse-key", ("sk-lf-",), rf"sk-lf-{UUID}"),
    Shape(
        "deepinfra-token",
        ("jwt:eyJ",),
        r"jwt:eyJ[0-9A-Za-z_-]{10,200}\.[0-9A-Za-z_-]{10,400}\.[0-9A-Za-z_-]{10,200}",
    ),
)

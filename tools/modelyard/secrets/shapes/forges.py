"""Credentials of code forges and continuous integration."""

from __future__ import annotations

from modelyard.secrets.shapes.shape import ALNUM, HEX, UUID, WORD, Shape

SHAPES = (
    Shape("github-token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), rf"gh[pousr]_{ALNUM}{{36,255}}"),
    Shape("github-fine-grained-token", ("github_pat_",), r"github_pat_\w{36,255}"),
    Shape("github-old-token", ("v1.",), rf"v1\.{HEX}{{40}}"),
    Shape(
        "gitlab-token",
        (
            "glpat-",
            "gldt-",
            "glptt-",
            "glrt-",
            "glrtr-",
            "glcbt-",
            "glft-",
            "glffct-",
            "glimt-",
            "glagent-",
            "gloas-",
            "glsoat-",
            "glwt-",
        ),
        r"gl(?:pat|dt|ptt|rtr?|cbt|ft|ffct|imt|agent|oas|soat|wt)-[0-9A-Za-z_.=-]{20,320}",
    ),
    Shape("gitlab-runner-token", ("GR1348941",), rf"GR1348941{WORD}{{20,32}}"),
    Shape("gitlab-session-cookie", ("_gitlab_session=",), rf"_gitlab_session=(?P<value>{ALNUM}{{32}})"),
    Shape("bitbucket-app-password", ("ATBB",), r"ATBB[0-9A-Za-z_=.-]{28,40}"),
    Shape("bitbucket-access-token", ("ATCTT3",), r"ATCTT3[0-9A-Za-z_=-]{60,240}"),
    Shape("bitbucket-http-token", ("BBDC-",), r"BBDC-[0-9A-Za-z+/@_-]{40,50}"),
    Shape(
        "sourcegraph-token",
        ("sgp_", "slk_", "sgd_"),
        r"(?:sgp_(?:(?:[0-9a-fA-F]{16}|local)_)?|slk_|sgd_)[0-9a-fA-F]{40,64}",
    ),
    Shape("circleci-token", ("CCIPAT_", "CCIPRJ_"), rf"CCIP(?:AT|RJ)_{ALNUM}{{10,40}}_{HEX}{{40}}"),
    Shape("buildkite-token", ("bkua_", "bkpt_", "bkat_", "bkct_"), rf"bk(?:ua|pt|at|ct)_{ALNUM}{{32,64}}"),
    Shape("sonar-token", ("squ_", "sqp_", "sqa_"), rf"sq[upa]_{ALNUM}{{40}}"),
    Shape(
        "snyk-token",
        ("snyk_uat.", "snyk_sat."),
        rf"snyk_[us]at\.{ALNUM}{{8}}\.{WORD}{{20,600}}(?:\.{WORD}{{40,100}})?",
    ),
    Shape("octopus-key", ("API-",), r"API-(?=[0-9A-Z]{0,25}[0-9])[0-9A-Z]{25,32}"),
    Shape("harness-key", ("pat.", "sat."), rf"[ps]at\.{WORD}{{22}}\.{ALNUM}{{24}}\.{ALNUM}{{20}}"),
    Shape(
        "jenkins-crumb",
        ("Jenkins-Crumb",),
        rf"Jenkins-Crumb[\"']?[:=] ?[\"']?(?P<value>{HEX}{{32,64}})",
        wide=True,
    ),
    Shape(
        "teamcity-token",
        ("eyJ0eXAiOiAiVENWMiJ9",),
        r"eyJ0eXAiOiAiVENWMiJ9\.[0-9A-Za-z_-]{20,60}\.[0-9A-Za-z_-]{20,80}",
    ),
    Shape(
        "chef-data-collector",
        ("x-data-collector-token",),
        rf"x-data-collector-token[\"']?[:=] ?[\"']?(?P<value>{HEX}{{40,64}})",
        wide=True,
    ),
    Shape("launchdarkly-key", ("sdk-", "mob-", "api-"), rf"(?:sdk|api|mob)-{UUID}"),
    Shape("settlemint-token", ("sm_pat_", "sm_aat_", "sm_sat_"), rf"sm_[pas]at_{ALNUM}{{16}}"),
    Shape("intra42-secret", ("s-s4t2ud-", "s-s4t2af-"), rf"s-s4t2(?:ud|af)-{ALNUM}{{60,66}}"),
    Shape("readme-key", ("rdme_",), r"rdme_[0-9a-z]{70}"),
    Shape("postman-key", ("PMAK-", "PMAT-"), rf"PM(?:AK|AT)-{ALNUM}{{24,26}}(?:-{ALNUM}{{34,40}})?"),
)

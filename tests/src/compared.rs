//! Two drawn traces of one program, and what is to be said of their difference: for the routes and for the command line.

/// The program as it was.
pub const BASELINE: &str = "
                 0....5....10...15...20....25...30   service.name=agent
plan             [===================]
  embed           [====]
  search                [==]
  chat                       [====]         gen_ai.operation.name=chat gen_ai.usage.input_tokens=100 gen_ai.usage.output_tokens=20
";

/// Embedding is faster, there is one more search, the model takes longer, and fails.
pub const CANDIDATE: &str = "
                 0....5....10...15...20....25...30   service.name=agent
plan             [============================]
  embed           [==]
  search              [==]
  search                 [===]
  chat                         [==========]  !error gen_ai.operation.name=chat gen_ai.usage.input_tokens=160 gen_ai.usage.output_tokens=20
";

/// One column is a millisecond, 29 of them against 20. The model's call took 11 instead of 5, the second search 4, embedding 3 instead
/// of 5, the plan itself one more.
pub const HEADLINE: &str =
    "+9.0 ms: chat +6.0 ms (67 %), one more `search` +4.0 ms, embed −2.0 ms, plan +1.0 ms";

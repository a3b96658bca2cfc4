//! Attributes that do to a function what widely used ones do, to stand above and below those of onloop.
//!
//! They take functions without generic parameters, whose parameters are plain names. What they write themselves has the
//! place of the attribute, as with `quote!`.

use proc_macro::{Delimiter, Group, Ident, Punct, Spacing, TokenStream, TokenTree};

/// `tracing::instrument`: the body is in an async block that is awaited, or in a closure that is called.
#[proc_macro_attribute]
pub fn wraps(_: TokenStream, item: TokenStream) -> TokenStream {
    let template = if Function::of(item.clone()).is_async {
        "ATTRIBUTES HEAD { let wrapped = async move BODY; wrapped.await }"
    } else {
        "ATTRIBUTES HEAD { (move || BODY)() }"
    };
    Function::of(item).fill(template)
}

/// `async_recursion`, `async_trait`: the word `async` is gone, and a box with the future is returned.
#[proc_macro_attribute]
pub fn boxes(_: TokenStream, item: TokenStream) -> TokenStream {
    Function::of(item).fill(
        "ATTRIBUTES QUALIFIERS FN NAME PARAMETERS
            -> ::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = OUTPUT> + ::core::marker::Send>>
        { Box::pin(async move BODY) }",
    )
}

/// `cached::once`, `test_log`: the body is that of a function inside, which is called.
#[proc_macro_attribute]
pub fn nests(_: TokenStream, item: TokenStream) -> TokenStream {
    Function::of(item).fill(
        "ATTRIBUTES HEAD { ASYNC fn inner PARAMETERS -> OUTPUT BODY let result = inner(ARGUMENTS) AWAIT; result }",
    )
}

/// `cached::cached`: the body is that of a function beside, which has a name made of the function's,
/// and a second function with the attributes calls it.
#[proc_macro_attribute]
pub fn moves(_: TokenStream, item: TokenStream) -> TokenStream {
    Function::of(item).fill(
        "ASYNC fn NAME_origin PARAMETERS -> OUTPUT BODY
        ATTRIBUTES HEAD { let result = NAME_origin(ARGUMENTS) AWAIT; result }
        #[allow(dead_code)]
        ATTRIBUTES QUALIFIERS ASYNC FN NAME_primed PARAMETERS -> OUTPUT { NAME_origin(ARGUMENTS) AWAIT }",
    )
}

/// The function has another name.
#[proc_macro_attribute]
pub fn renames(_: TokenStream, item: TokenStream) -> TokenStream {
    Function::of(item).fill("ATTRIBUTES QUALIFIERS ASYNC FN NAME_renamed PARAMETERS -> OUTPUT BODY")
}

/// `wasm_bindgen`, `tauri::command`: a second item has the attributes and the parameters of the function too, and gives
/// what the function gives in a type of its own.
#[proc_macro_attribute]
pub fn repeats(_: TokenStream, item: TokenStream) -> TokenStream {
    Function::of(item).fill(
        "ATTRIBUTES HEAD BODY
        const _: () = {
            #[allow(dead_code)]
            struct Given<T>(T);
            ATTRIBUTES #[allow(dead_code)] fn generated PARAMETERS -> Given<()> { let _ = NAME(ARGUMENTS); Given(()) }
        };",
    )
}

/// The parts of a function.
struct Function {
    attributes: TokenStream,
    /// From the visibility to before the body.
    head: TokenStream,
    /// The visibility.
    qualifiers: TokenStream,
    is_async: bool,
    keyword: TokenTree,
    name: Ident,
    parameters: Group,
    output: TokenStream,
    body: Group,
}

impl Function {
    fn of(item: TokenStream) -> Function {
        let mut tokens: Vec<_> = item.into_iter().collect();
        let Some(TokenTree::Group(body)) = tokens.pop() else { panic!("a function ends with its body") };
        let attributes = 2 * tokens.iter().step_by(2).take_while(|token| is(token, "#")).count();
        let head = tokens.split_off(attributes);
        let keyword = head.iter().position(|token| is(token, "fn")).expect("a function has `fn`");
        let [TokenTree::Ident(name), TokenTree::Group(parameters), arrow @ ..] = &head[keyword + 1..] else {
            panic!("a function has a name and parameters")
        };
        let output = if arrow.is_empty() {
            TokenTree::from(Group::new(Delimiter::Parenthesis, TokenStream::new())).into()
        } else {
            arrow[2..].iter().cloned().collect()
        };
        let is_async = head[..keyword].iter().any(|token| is(token, "async"));
        let qualifiers = head[..keyword].iter().filter(|token| !is(token, "async")).cloned().collect();
        let (name, parameters) = (name.clone(), parameters.clone());
        let (attributes, keyword) = (tokens.into_iter().collect(), head[keyword].clone());
        Function {
            attributes,
            head: head.into_iter().collect(),
            qualifiers,
            is_async,
            keyword,
            name,
            parameters,
            output,
            body,
        }
    }

    /// The tokens of a template, with the function's in the places of the words in capitals.
    fn fill(&self, template: &str) -> TokenStream {
        self.fill_tokens(template.parse().expect("the template has tokens"))
    }

    fn fill_tokens(&self, template: TokenStream) -> TokenStream {
        template.into_iter().flat_map(|token| self.part(token)).collect()
    }

    fn part(&self, token: TokenTree) -> TokenStream {
        let word = match token {
            TokenTree::Group(group) => {
                let mut filled = Group::new(group.delimiter(), self.fill_tokens(group.stream()));
                filled.set_span(group.span());
                return TokenTree::from(filled).into();
            }
            TokenTree::Ident(ref word) => word.to_string(),
            _ => return token.into(),
        };
        let only_async = |text: &str| if self.is_async { text.parse().expect("a word") } else { TokenStream::new() };
        match word.as_str() {
            "ATTRIBUTES" => self.attributes.clone(),
            "HEAD" => self.head.clone(),
            "QUALIFIERS" => self.qualifiers.clone(),
            "ASYNC" => only_async("async"),
            "AWAIT" => only_async(".await"),
            "FN" => self.keyword.clone().into(),
            "NAME" => TokenTree::from(self.name.clone()).into(),
            "NAME_origin" | "NAME_primed" | "NAME_renamed" => {
                let name = word.replace("NAME", &self.name.to_string());
                TokenTree::from(Ident::new(&name, self.name.span())).into()
            }
            "PARAMETERS" => TokenTree::from(self.parameters.clone()).into(),
            "ARGUMENTS" => self.arguments(),
            "OUTPUT" => self.output.clone(),
            "BODY" => TokenTree::from(self.body.clone()).into(),
            _ => token.into(),
        }
    }

    /// The names of the parameters, with commas between them.
    fn arguments(&self) -> TokenStream {
        let tokens: Vec<_> = self.parameters.stream().into_iter().collect();
        let names = tokens.windows(2).filter(|pair| matches!(pair[0], TokenTree::Ident(_)) && is(&pair[1], ":"));
        names.flat_map(|pair| [pair[0].clone(), TokenTree::Punct(Punct::new(',', Spacing::Alone))]).collect()
    }
}

fn is(token: &TokenTree, text: &str) -> bool {
    token.to_string() == text
}

//! The user's browser, as far as logging in needs one: it follows redirects, keeps cookies, and fills in forms.

use std::error::Error;

use reqwest::{Client, Response, StatusCode, Url, header::LOCATION, redirect::Policy};

/// How many pages and redirects a login has, at the most.
const PAGES: usize = 20;

/// Somebody at a browser.
pub(crate) struct Browser {
    client: Client,
    name: &'static str,
    password: &'static str,
}

/// Where it came in the end, and what was done on the way.
pub(crate) struct Visit {
    /// The redirect back to the client, which is not followed: the client reads it.
    pub callback: String,
    pub pages: Vec<&'static str>,
}

impl Browser {
    pub(crate) fn of(name: &'static str, password: &'static str) -> Result<Self, reqwest::Error> {
        let client = Client::builder().cookie_store(true).redirect(Policy::none()).build()?;
        Ok(Self { client, name, password })
    }

    /// Opens the page and does what it asks for, until it leads back to the client.
    pub(crate) async fn visit(&self, url: &str, back: &str) -> Result<Visit, Box<dyn Error>> {
        let mut pages = Vec::new();
        let mut response = self.client.get(url).send().await?;
        for _ in 0..PAGES {
            let here = response.url().clone();
            response = match response.status() {
                status if status.is_redirection() => {
                    let next = target(&response, &here)?;
                    if next.as_str().starts_with(back) {
                        return Ok(Visit { callback: next.into(), pages });
                    }
                    self.client.get(next).send().await?
                }
                StatusCode::OK => {
                    let page = response.text().await?;
                    if page.contains("name=\"password\"") {
                        pages.push("logged in");
                        let fields = [("user", self.name), ("password", self.password)];
                        self.client.post(here).form(&fields).send().await?
                    } else if page.contains("value=\"allow\"") {
                        pages.push("allowed what the client asks for");
                        self.client.post(here).form(&[("answer", "allow")]).send().await?
                    } else {
                        return Err(format!("the page {here} asks for something else").into());
                    }
                }
                status => return Err(format!("{here}: {status}: {}", response.text().await?).into()),
            };
        }
        Err(format!("after {PAGES} pages the login was not over").into())
    }
}

fn target(response: &Response, here: &Url) -> Result<Url, Box<dyn Error>> {
    let location = response.headers().get(LOCATION).ok_or("a redirect without a target")?;
    Ok(here.join(location.to_str()?)?)
}

"""The service worker's rules about what is kept."""

from tests.gateway_frontend.conftest import Modules


def test_files_of_the_current_and_the_former_version_are_kept(modules: Modules) -> None:
    kept = modules.run(
        """async () => {
          const { removeOldVersions } = await import("/js/worker/versions.js");
          for (const name of ["1", "2", "3"]) await caches.open(`parley-files-${name}`);
          await caches.open("parley-pages");
          await removeOldVersions({ version: "3", shell: [], offline: "" });
          const names = await caches.keys();
          for (const name of names) await caches.delete(name);
          return names;
        }"""
    )
    assert kept == ["parley-files-2", "parley-files-3", "parley-pages"]


def test_only_files_of_the_version_that_was_asked_for_are_kept(modules: Modules) -> None:
    kept = modules.run(
        """async () => {
          const { answerFile } = await import("/js/worker/static-files.js");
          const real = window.fetch;
          const answers = { "/static/a1/x.js": "immutable", "/static/b2/x.js": "no-cache" };
          window.fetch = async ({ url }) => {
            const header = { "Cache-Control": answers[new URL(url).pathname] };
            return new Response("x", { headers: header });
          };
          for (const path of Object.keys(answers)) await answerFile(new Request(path));
          window.fetch = real;
          const found = [];
          while (!(await caches.match("/static/a1/x.js"))) await new Promise(requestAnimationFrame);
          for (const path of Object.keys(answers)) found.push(Boolean(await caches.match(path)));
          for (const name of await caches.keys()) await caches.delete(name);
          return found;
        }"""
    )
    assert kept == [True, False]


def test_at_most_twenty_pages_of_only_the_last_person_are_kept(modules: Modules) -> None:
    kept = modules.run(
        """async () => {
          const { answerPage } = await import("/js/worker/pages.js");
          const real = window.fetch;
          let person = "7";
          window.fetch = async () =>
            new Response(`<html lang="en"><meta name="user-id" content="${person}">`);
          const open = async (path) => {
            const waiting = [];
            const event = {
              request: new Request(path, { headers: { Accept: "text/html" } }),
              preloadResponse: Promise.resolve(undefined),
              respondWith: (answer) => waiting.push(answer),
              waitUntil: (work) => waiting.push(work),
            };
            answerPage(event, new URL(path, location.origin), { offline: "/offline" });
            for (const work of waiting) await work; // it grows
          };
          const paths = async () => {
            const keys = await (await caches.open("parley-pages")).keys();
            return keys.map(({ url }) => new URL(url).pathname.split("/").pop());
          };
          for (let number = 1; number <= 21; number += 1) await open(`/app/c/${number}`);
          await open("/app/c/5");
          await open("/app/c/9?at=3");
          await open("/settings");
          const ofSeven = await paths();
          window.fetch = async () => { throw new TypeError("offline"); };
          const event = { html: "" };
          await new Promise((resolve) => answerPage({
            request: new Request("/app/c/5", { headers: { Accept: "text/html" } }),
            respondWith: async (answer) => { event.html = await (await answer).text(); resolve(); },
            waitUntil() {},
          }, new URL("/app/c/5", location.origin), { offline: "/offline" }));
          person = "8";
          window.fetch = async () =>
            new Response(`<html lang="en"><meta name="user-id" content="${person}">`);
          await open("/app/c/30");
          const ofEight = await paths();
          await open("/login");
          const afterLogin = await paths();
          window.fetch = real;
          return [ofSeven, event.html, ofEight, afterLogin];
        }"""
    )
    of_seven, seen, of_eight, after_login = kept
    assert of_seven == [*(str(n) for n in range(2, 22) if n != 5), "5"]
    assert seen.startswith('<html data-seen-at="20')
    assert (of_eight, after_login) == (["30"], [])

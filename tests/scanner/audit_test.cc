// The rules of an audit on a disk in memory: for each, what it has to find and what it must not. A row is one project.
#include <catch2/catch.hpp>

#include <initializer_list>
#include <utility>

#include "scanner/audit.h"
#include "scanner/dominators.h"
#include "scanner/reread.h"
#include "tests/scanner/app.h"

using namespace demarc;

namespace {

using Files = std::initializer_list<std::pair<const char*, const char*>>;

struct Project : App {
  ScanResult result;
  AuditOptions audit_options;

  explicit Project(Files files, std::string_view manifest = "{}") : App(manifest) {
    options.framework = Framework::next;  // environments server and client
    options.entries = {"src/main.tsx"};
    options.prescan = {"src/**/*.{ts,tsx}"};
    options.markers = audit_markers();
    options.exports = Exports::own_or_server;
    for (const auto& [path, text] : files) file(path, text);
  }
  AuditResult audit() {
    result = graph();
    REQUIRE(result.outcome == Outcome::complete);
    return demarc::audit(result, audit_options, disk);
  }
  // "/src/a.ts:2:1 boundary/orphan", of one rule; the level only where it is not the rule's own.
  std::string found(std::string_view rule) {
    std::string text;
    for (const Finding& finding : audit().findings) {
      const Diagnostic& d = finding.diagnostic;
      if (d.rule != rule) continue;
      text += (text.empty() ? "" : ", ") + d.file + ":" + std::to_string(d.line) + ":" + std::to_string(d.column);
      if (!finding.subject.empty()) text += " " + finding.subject;
    }
    return text;
  }
};

struct Row {
  const char* why;
  Files files;
  const char* expected;
};

void check(std::string_view rule, std::initializer_list<Row> rows, Framework framework = Framework::next) {
  for (const Row& row : rows) {
    INFO(row.why);
    Project project(row.files);
    project.options.framework = framework;
    project.audit_options.rules.push_back(
        {std::string(rule), find_rule(rule)->level == RuleLevel::off ? RuleLevel::warn : find_rule(rule)->level});
    CHECK(project.found(rule) == row.expected);
  }
}

}  // namespace

TEST_CASE("audit: rules are in order, and each says something", "[scanner][audit]") {
  CHECK(rules().size() == 27);
  for (const Rule& rule : rules()) {
    INFO(rule.id);
    CHECK(find_rule(rule.id) == &rule);
    for (const std::string_view text : {rule.summary, rule.cause, rule.example, rule.remedy}) CHECK(!text.empty());
  }
  CHECK(find_rule("boundary/none") == nullptr);
}

TEST_CASE("audit: directive/misplaced", "[scanner][audit]") {
  check("directive/misplaced",
        {
            {"behind an import",
             {{"src/main.tsx", "import './a';\n'use client';"}, {"src/a.ts", ""}},
             "/src/main.tsx:2:1 use client"},
            {"in parentheses", {{"src/main.tsx", "('use client');\nexport {};"}}, "/src/main.tsx:1:2 use client"},
            {"a template", {{"src/main.tsx", "`use server`;\nexport {};"}}, "/src/main.tsx:1:1 use server"},
            {"a longer expression",
             {{"src/main.tsx", "'use client'\n(function () {})();"}},
             "/src/main.tsx:1:1 use client"},
            {"behind a statement of a function",
             {{"src/main.tsx", "export async function f() {\n  g();\n  'use server';\n}\nfunction g() {}"}},
             "/src/main.tsx:3:3 use server"},
            {"client in a function",
             {{"src/main.tsx", "export function F() {\n  'use client';\n}"}},
             "/src/main.tsx:2:3 use client"},
            {"a directive", {{"src/main.tsx", "'use client';\nexport {};"}}, ""},
            {"a value", {{"src/main.tsx", "export const a = ['use client'];\nf('use server');\nfunction f(x) {}"}}, ""},
            {"a message", {{"src/main.tsx", "throw new Error('add \"use client\"');"}}, ""},
            {"in a comment", {{"src/main.tsx", "// 'use client'\nexport {};"}}, ""},
            {"in a block that is no function", {{"src/main.tsx", "if (x) {\n  'use client';\n}"}}, ""},
            {"a second one, as bundlers leave it", {{"src/main.tsx", "'use client';\nlet a;\n'use client';"}}, ""},
            {"compared", {{"src/main.tsx", "if (x === 'use client') y();"}}, ""},
        });
}

TEST_CASE("audit: directive/typo", "[scanner][audit]") {
  const auto text = [](const char* value) {
    Project project({{"src/main.tsx", ""}});
    project.file("src/main.tsx", std::string(value) + "\nexport {};");
    return project.found("directive/typo");
  };
  for (const char* value :
       {"'Use Client'", "'use-client'", "'use  client'", "'use clients'", "'use sever'", "'useclient'", "'use serevr'",
        "'use_server'", "'use clint'", "' use client'", "'use client;'"}) {
    INFO(value);
    CHECK(text(value) != "");
  }
  for (const char* value : {"'use strict'", "'use asm'", "'use cache'", "'use cache: remote'", "'use memo'",
                            "'use no memo'", "'use workflow'", "'use step'", "'use dom'", "'use gpu'", "'worklet'",
                            "'use client'", "'use server'", "'client'", "'used'", "'use clicks'", "'use state'"}) {
    INFO(value);
    CHECK(text(value) == "");
  }
}

TEST_CASE("audit: directive/conflict", "[scanner][audit]") {
  check("directive/conflict", {{"both", {{"src/main.tsx", "'use client';\n'use server';"}}, "/src/main.tsx:2:1 file"},
                               {"inline",
                                {{"src/main.tsx", "'use client';\nasync function f() { 'use server' }"}},
                                "/src/main.tsx:2:22 function"},
                               {"inline on the server", {{"src/main.tsx", "async function f() { 'use server' }"}}, ""},
                               {"server alone", {{"src/main.tsx", "'use server';"}}, ""}});
}

TEST_CASE("audit: what RedwoodSDK sees", "[scanner][audit]") {
  const std::string licence = "/*" + std::string(600, '*') + "*/\n";
  CHECK(rwsdk_sees_directive("\"use client\";", "use client"));
  CHECK(rwsdk_sees_directive("// a\n\n/* b\n c */\n'use strict'\n'use client'", "use client"));
  CHECK(rwsdk_sees_directive("\xef\xbb\xbf'use client'", "use client"));
  CHECK_FALSE(rwsdk_sees_directive("'use strict'; 'use client'", "use client"));
  CHECK_FALSE(rwsdk_sees_directive("#!/usr/bin/env node\n'use client'", "use client"));
  CHECK_FALSE(rwsdk_sees_directive(licence + "'use client'", "use client"));
  CHECK_FALSE(rwsdk_sees_directive("/* a */ 'use client'", "use client"));
  CHECK_FALSE(rwsdk_sees_directive("'use client'\n'use server'", "use server"));
  CHECK_FALSE(rwsdk_sees_directive("import 'a'\n'use client'", "use client"));

  Project project({{"src/main.tsx", "import './a'; import './b';"}, {"src/b.ts", "'use strict'; 'use client';"}});
  project.file("src/a.ts", licence + "'use client';");
  CHECK(project.found("directive/not-seen-by-framework") == "");
  project.options.framework = Framework::rwsdk;
  CHECK(project.found("directive/not-seen-by-framework") == "/src/a.ts:2:1 use client, /src/b.ts:1:15 use client");
}

TEST_CASE("audit: boundary/server-only-in-client", "[scanner][audit]") {
  const char* const package = "throw new Error('no');";
  check("boundary/server-only-in-client",
        {
            {"directly",
             {{"src/main.tsx", "import './C'"},
              {"src/C.tsx", "'use client';\nimport { db } from './db'; export const x = db;"},
              {"src/db.ts", "import 'server-only'; export const db = 1;"},
              {"node_modules/server-only/index.js", package}},
             "/src/C.tsx:2:20 src/db.ts"},
            {"the outermost of several",
             {{"src/main.tsx", "import './C'"},
              {"src/C.tsx", "'use client';\nimport { a } from './a'; export const x = a;"},
              {"src/a.ts", "import 'server-only'; export { db as a } from './db';"},
              {"src/db.ts", "import 'server-only'; export const db = 1;"}},
             "/src/C.tsx:2:19 src/a.ts"},
            {"in the client module itself",
             {{"src/main.tsx", "import './C'"}, {"src/C.tsx", "'use client';\nimport 'server-only';"}},
             "/src/C.tsx:2:8 server-only"},
            {"used by the server", {{"src/main.tsx", "import './db'"}, {"src/db.ts", "import 'server-only'"}}, ""},
            {"types alone",
             {{"src/main.tsx", "import './C'"},
              {"src/C.tsx",
               "'use client';\nimport type { T } from './db';\nimport { U } from './db'; export const u: U = 1;"},
              {"src/db.ts", "import 'server-only'; export type T = 1; export type U = 1;"}},
             ""},
            {"behind use server",
             {{"src/main.tsx", "import './C'"},
              {"src/C.tsx", "'use client';\nimport { f } from './f'; f();"},
              {"src/f.ts", "'use server'; import './db'; export async function f() {}"},
              {"src/db.ts", "import 'server-only'"}},
             ""},
            {"behind a guard",
             {{"src/main.tsx", "import './C'"},
              {"src/C.tsx", "'use client';\nif (import.meta.env.SSR) import('./db');"},
              {"src/db.ts", "import 'server-only'"}},
             ""},
            {"behind a guard, further up",
             {{"src/main.tsx", "import './C'"},
              {"src/C.tsx",
               "'use client';\nexport const f = () => typeof window === 'undefined' ? import('./a') : null;"},
              {"src/a.ts", "import './db'"},
              {"src/db.ts", "import 'server-only'"}},
             ""},
            {"a call without a guard",
             {{"src/main.tsx", "import './C'"},
              {"src/C.tsx", "'use client';\nif (x) import('./db');"},
              {"src/db.ts", "import 'server-only'"}},
             "/src/C.tsx:2:15 src/db.ts"},
            {"guarded on one way, not on the other",
             {{"src/main.tsx", "import './C'; import './D'"},
              {"src/C.tsx", "'use client';\nif (import.meta.env.SSR) import('./a');"},
              {"src/D.tsx", "'use client';\nimport './b'"},
              {"src/b.ts", "import './a'"},
              {"src/a.ts", "import './db'"},
              {"src/db.ts", "import 'server-only'"}},
             "/src/a.ts:1:8 src/db.ts"},
        });
}

TEST_CASE("audit: a boundary finding carries its chain", "[scanner][audit]") {
  Project project({{"src/main.tsx", "import './C'"},
                   {"src/C.tsx", "'use client';\nimport './a';"},
                   {"src/a.ts", "import './db'"},
                   {"src/db.ts", "import 'server-only'"}});
  const AuditResult audited = project.audit();
  const auto found = std::find_if(audited.findings.begin(), audited.findings.end(), [](const Finding& finding) {
    return finding.diagnostic.rule == "boundary/server-only-in-client";
  });
  REQUIRE(found != audited.findings.end());
  std::string chain;
  for (const ChainStep& step : found->chain.steps)
    chain +=
        (step.boundary ? " !" : " ") + std::string(project.result.text(project.result.modules[size_t(step.module)].id));
  CHECK(chain == " /src/main.tsx !/src/C.tsx /src/a.ts /src/db.ts");
  CHECK(found->diagnostic.level == Level::error);
  CHECK(found->fingerprint.size() == 16);
}

TEST_CASE("audit: boundary/client-only-in-server", "[scanner][audit]") {
  check("boundary/client-only-in-server",
        {{"by the server",
          {{"src/main.tsx", "import './s'"}, {"src/s.ts", "import 'client-only'"}},
          "/src/main.tsx:1:8 src/s.ts"},
         {"by client code",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx", "'use client'; import './s'"},
           {"src/s.ts", "import 'client-only'"}},
          ""},
         {"react-dom/client",
          {{"src/main.tsx", "import { createRoot } from 'react-dom/client'; createRoot()"}},
          "/src/main.tsx:1:28 react-dom/client"}});
  check("boundary/client-only-in-server",
        {{"an app without server components",
          {{"src/main.tsx", "import { createRoot } from 'react-dom/client'; createRoot()"}},
          ""}},
        Framework::none);
}

TEST_CASE("audit: boundary/node-builtin-in-client", "[scanner][audit]") {
  check("boundary/node-builtin-in-client",
        {{"with and without node:",
          {{"src/main.tsx", "import './C'"}, {"src/C.tsx", "'use client';\nimport 'node:fs';\nimport 'path';"}},
          "/src/C.tsx:2:8 node:fs, /src/C.tsx:3:8 path"},
         {"by the server", {{"src/main.tsx", "import 'node:fs'"}}, ""},
         {"a package of that name",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx", "'use client';\nimport 'buffer/';\nimport './path'"},
           {"src/path.ts", ""},
           {"node_modules/buffer/package.json", "{\"main\":\"index.js\"}"},
           {"node_modules/buffer/index.js", ""}},
          ""},
         {"behind a guard",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx", "'use client';\nif (typeof window === 'undefined') require('fs');"}},
          ""},
         {"where a failure is expected",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx",
            "'use client';\ntry { await import('node:net') } catch {}\nimport('node:zlib').catch(() => null);\n"
            "switch (process.env.NEXT_RUNTIME) { case 'nodejs': await import('node:tls') }"}},
          ""},
         {"in the handler itself",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx", "'use client';\ntry { f() } catch { await import('node:net') }"}},
          "/src/C.tsx:2:34 node:net"},
         {"a type",
          {{"src/main.tsx", "import './C'"}, {"src/C.tsx", "'use client';\nimport type { Stats } from 'node:fs';"}},
          ""}});
}

TEST_CASE("audit: boundary/missing-client", "[scanner][audit]") {
  check("boundary/missing-client",
        {{"a hook",
          {{"src/main.tsx", "import { useState } from 'react';\nexport const f = () => useState(0);"}},
          "/src/main.tsx:2:24 useState"},
         {"under another name",
          {{"src/main.tsx", "import { useEffect as e } from 'react';\nexport const f = () => e(() => {});"}},
          "/src/main.tsx:2:24 useEffect"},
         {"of the namespace",
          {{"src/main.tsx", "import * as React from 'react';\nexport const c = React.createContext(0);"}},
          "/src/main.tsx:2:18 createContext"},
         {"a class",
          {{"src/main.tsx", "import { Component } from 'react';\nexport class A extends Component {}"}},
          "/src/main.tsx:2:24 Component"},
         {"a client module",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx", "'use client';\nimport { useState } from 'react'; useState();"}},
          ""},
         {"below one",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx", "'use client';\nimport './h'"},
           {"src/h.ts", "import { useState } from 'react'; useState();"}},
          ""},
         {"what servers have",
          {{"src/main.tsx", "import { useId, useMemo, cache, use } from 'react'; useId(); useMemo(); cache(); use();"}},
          ""},
         {"a type", {{"src/main.tsx", "import { Component } from 'react'; export const a: Component = null;"}}, ""},
         {"imported and not called", {{"src/main.tsx", "import { useState } from 'react';\nexport { useState };"}}, ""},
         {"behind a test of something else",
          {{"src/main.tsx",
            "import { useState } from 'react';\nexport function F({ client }) {\n  if (!client) return null;\n  "
            "useState(0);\n}"}},
          "/src/main.tsx:4:3 useState"},
         {"one that may not be there",
          {{"src/main.tsx",
            "import * as React from 'react';\nexport const c = React.createContext?.(0);\n"
            "export const s = React.useState ? React.useState(1) : null;\n"
            "export function f() {\n  if (typeof React.useEffect !== 'function') return;\n  React.useEffect(f);\n}"}},
          ""},
         {"a declaration",
          {{"src/main.tsx", "import * as React from 'react';\nexport declare class A extends React.Component {}"}},
          ""},
         {"another package's",
          {{"src/main.tsx", "import { useState } from './x';\nuseState();"}, {"src/x.ts", "export const useState = 1"}},
          ""}});
  check("boundary/missing-client",
        {{"an app without server components",
          {{"src/main.tsx", "import { createRoot } from 'react-dom/client'; import './C'; createRoot()"},
           {"src/C.tsx", "import { useState } from 'react'; useState();"}},
          ""}},
        Framework::none);
}

TEST_CASE("audit: boundary/redundant-client and boundary/orphan", "[scanner][audit]") {
  const Files files = {{"src/main.tsx", "import './A'"},
                       {"src/A.tsx", "'use client';\nimport './B'"},
                       {"src/B.tsx", "'use client';"},
                       {"src/C.tsx", "'use client';"}};
  check("boundary/redundant-client", {{"below another", files, "/src/B.tsx:1:1"}});
  check("boundary/orphan", {{"by nobody", files, "/src/C.tsx:1:1"}});
  check("boundary/redundant-client", {{"by the server as well",
                                       {{"src/main.tsx", "import './A'; import './B'"},
                                        {"src/A.tsx", "'use client';\nimport './B'"},
                                        {"src/B.tsx", "'use client';"}},
                                       ""}});
  check("boundary/orphan",
        {{"perhaps by a glob", {{"src/main.tsx", "import.meta.glob('./*.tsx')"}, {"src/C.tsx", "'use client';"}}, ""}});
}

TEST_CASE("audit: barrels", "[scanner][audit]") {
  check(
      "boundary/client-barrel",
      {{"export *",
        {{"src/main.tsx", "import './ui'"}, {"src/ui.ts", "'use client';\nexport * from './a'"}, {"src/a.ts", ""}},
        "/src/ui.ts:1:1"},
       {"below a boundary",
        {{"src/main.tsx", "import './C'"},
         {"src/C.tsx", "'use client'; import './ui'"},
         {"src/ui.ts", "'use client';\nexport * from './a'"},
         {"src/a.ts", ""}},
        ""},
       {"one re-export",
        {{"src/main.tsx", "import './ui'"}, {"src/ui.ts", "'use client';\nexport { a } from './a'"}, {"src/a.ts", ""}},
        ""},
       {"without the directive",
        {{"src/main.tsx", "import './ui'"}, {"src/ui.ts", "export * from './a'"}, {"src/a.ts", ""}},
        ""}});
  check("boundary/mixed-barrel", {{"both sides",
                                   {{"src/main.tsx", "import './i'"},
                                    {"src/i.ts", "export { C } from './C';\nexport { f } from './f';"},
                                    {"src/C.tsx", "'use client'; export const C = 1"},
                                    {"src/f.ts", "import 'server-only'; export const f = 1"}},
                                   "/src/i.ts:2:19"},
                                  {"clients alone",
                                   {{"src/main.tsx", "import './i'"},
                                    {"src/i.ts", "export { C } from './C';\nexport { D } from './D';"},
                                    {"src/C.tsx", "'use client'; export const C = 1"},
                                    {"src/D.tsx", "'use client'; export const D = 1"}},
                                   ""},
                                  {"imports, no re-exports",
                                   {{"src/main.tsx", "import { C } from './C'; import { f } from './f'; C(); f();"},
                                    {"src/C.tsx", "'use client'; export const C = 1"},
                                    {"src/f.ts", "'use server'; export const f = async () => {}"}},
                                   ""}});
}

TEST_CASE("audit: boundary/unneeded-client", "[scanner][audit]") {
  const auto found = [](const char* text) {
    Project project({{"src/main.tsx", "import './C'"}, {"src/other.ts", "export const x = 1"}});
    project.file("src/C.tsx", std::string("'use client';\n") + text);
    project.audit_options.rules.push_back({"boundary/unneeded-client", RuleLevel::warn});
    return project.found("boundary/unneeded-client");
  };
  CHECK(found("export function T({ t }) { return <h1>{t}</h1>; }") == "/src/C.tsx:1:1");
  CHECK(found("export function T() { return <h1 onClick={f}>a</h1>; } const f = 1;") == "");
  CHECK(found("export function T() { return <h1>{window.name}</h1>; }") == "");
  CHECK(found("import { useA } from './other'; export function T() { return <h1>{useA()}</h1>; }") == "");
  CHECK(found("import { x } from './other'; export function T() { return <h1>{x}</h1>; }") == "");
  CHECK(found("export function T(props) { return <h1 {...props}/>; }") == "");
  CHECK(found("export const x = 1;") == "");
}

TEST_CASE("audit: budgets", "[scanner][audit]") {
  Project project({{"src/main.tsx", "import './C'"},
                   {"src/C.tsx", "'use client'; import 'big'"},
                   {"node_modules/big/package.json", "{\"main\":\"i.js\"}"}});
  project.file("node_modules/big/i.js", std::string(5000, ' '));
  CHECK(project.found("boundary/budget") == "");
  project.audit_options.budgets = {{"client", 6000}, {"boundary", 6000}, {"big", 6000}, {"none", 0}};
  CHECK(project.found("boundary/budget") == "");
  project.audit_options.budgets = {{"client", 5000}, {"boundary", 5000}, {"big", 100}};
  CHECK(project.found("boundary/budget") == ":0:0 big, :0:0 client, /src/C.tsx:1:1 boundary");
}

TEST_CASE("audit: action/non-async-export", "[scanner][audit]") {
  check("action/non-async-export",
        {{"shapes",
          {{"src/main.tsx", "import './f'"},
           {"src/f.ts",
            "'use server';\nexport const a = 1;\nexport function b() {}\nexport class C {}\nexport default () => "
            "{};\nexport async function d() {}\nconst e = {}; export { e };"}},
          "/src/f.ts:2:14 a, /src/f.ts:3:17 b, /src/f.ts:4:14 C, /src/f.ts:5:8 default, /src/f.ts:7:24 e"},
         {"what may be async",
          {{"src/main.tsx", "import './f'"},
           {"src/f.ts",
            "'use server';\nexport const a = async () => {};\nexport const b = wrap(async () => {});\nexport type T = "
            "1;\nexport { c } from './c';\nexport default async function () {}\nconst d = async function () {}; export "
            "{ d };"},
           {"src/c.ts", "export const c = 1"}},
          ""},
         {"no server module", {{"src/main.tsx", "export const a = 1;"}}, ""}});
}

TEST_CASE("audit: action/unreferenced", "[scanner][audit]") {
  const char* const two = "'use server';\nexport async function a() {}\nexport async function b() {}";
  check("action/unreferenced",
        {{"one of two", {{"src/main.tsx", "import { a } from './f'; a()"}, {"src/f.ts", two}}, "/src/f.ts:3:23 b"},
         {"none", {{"src/main.tsx", ""}, {"src/f.ts", two}}, "/src/f.ts:1:1 *"},
         {"the namespace", {{"src/main.tsx", "import * as f from './f'; f.a()"}, {"src/f.ts", two}}, ""},
         {"a call", {{"src/main.tsx", "import('./f')"}, {"src/f.ts", two}}, ""},
         {"handed on", {{"src/main.tsx", "export { a, b } from './f'"}, {"src/f.ts", two}}, ""},
         {"by a text",
          {{"src/main.tsx", "import { 'any name' as a } from './f'; a()"},
           {"src/f.ts", "'use server';\nasync function a() {}\nexport { a as 'any name' };"}},
          ""},
         {"perhaps by a glob", {{"src/main.tsx", "import.meta.glob('./actions/*.ts')"}, {"src/f.ts", two}}, ""},
         {"all handed on", {{"src/main.tsx", "export * from './f'"}, {"src/f.ts", two}}, ""}});
}

TEST_CASE("audit: action/missing-use-server", "[scanner][audit]") {
  const char* const client = "'use client';\nimport { f } from './f'; f();";
  check("action/missing-use-server",
        {{"reaches server-only",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx", client},
           {"src/f.ts", "import './db';\nexport async function f() {}"},
           {"src/db.ts", "import 'server-only'"}},
          "/src/f.ts:2:23"},
         {"by its name",
          {{"src/main.tsx", "import './C'; import './a.actions'"},
           {"src/C.tsx", "'use client';\nimport { f } from './b.actions'; f();"},
           {"src/a.actions.ts", "'use server'; export async function g() {}"},
           {"src/b.actions.ts", "export async function f() {}"}},
          "/src/b.actions.ts:1:23"},
         {"a name without a convention",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx", "'use client';\nimport { f } from './b.actions'; f();"},
           {"src/b.actions.ts", "export async function f() {}"}},
          ""},
         {"not all are async",
          {{"src/main.tsx", "import './C'"},
           {"src/C.tsx", client},
           {"src/f.ts", "import 'server-only';\nexport async function f() {}\nexport const x = 1;"}},
          ""},
         {"nothing of the server",
          {{"src/main.tsx", "import './C'"}, {"src/C.tsx", client}, {"src/f.ts", "export async function f() {}"}},
          ""},
         {"of the server alone",
          {{"src/main.tsx", "import { f } from './f'; f()"},
           {"src/f.ts", "import 'server-only';\nexport async function f() {}"}},
          ""}});
}

TEST_CASE("audit: the inventory of server functions", "[scanner][audit]") {
  Project project(
      {{"src/main.tsx",
        "import './C'; export async function x() { 'use server' }\nconst y = async () => {\n'use server' };"},
       {"src/C.tsx", "'use client';\nimport { a } from './f'; a()"},
       {"src/f.ts", "'use server';\nexport async function a() {}\nexport type T = 1;"}});
  const AuditResult audited = project.audit();
  std::string text;
  for (const ServerFunction& function : audited.server_functions)
    text += std::string(project.result.text(project.result.modules[size_t(function.module)].id)) + ":" +
            std::to_string(function.line) + " " + function.name + (function.client_reachable ? "! " : " ");
  CHECK(text == "/src/f.ts:2 a! /src/main.tsx:1 x /src/main.tsx:3 y ");

  // Exports of packages are named where the module says "use server".
  Project packaged(
      {{"src/main.tsx", "import 'forms'"},
       {"node_modules/forms/package.json", "{\"main\":\"i.js\"}"},
       {"node_modules/forms/i.js", "'use server';\nexport async function send() {}\nexport { it as keep } from './j'"},
       {"node_modules/forms/j.js", "export const it = 1;"}});
  text.clear();
  for (const ServerFunction& function : packaged.audit().server_functions) text += function.name + " ";
  CHECK(text == "send keep ");

  // What the tree does not name stands at the directive, and overloads are one function.
  Project made({{"src/main.tsx", "import './f'"},
                {"src/f.ts",
                 "'use server';\nexport async function a(): Promise<void>;\nexport async function a() {}\n"
                 "export const { GET, POST } = make();"}});
  text.clear();
  for (const ServerFunction& function : made.audit().server_functions)
    text += function.name + ":" + std::to_string(function.line) + " ";
  CHECK(text == "GET:1 POST:1 a:3 ");
  CHECK(project.found("action/client-reachable") == "/src/f.ts:1:1");
}

// Whether a head is read as text or in a tree is a question of time alone.
TEST_CASE("audit: names of inline server functions, with a tree and without", "[scanner][audit]") {
  struct Case {
    const char* text;
    const char* names;
    uint64_t trees;
  };
  const Case cases[] = {
      {"async function a(x: FormData) {\n  'use server';\n}", "a", 0},
      {"const b = async ({ id }: { id?: string[] }) => { 'use server' };", "b", 0},
      {"export const c$1 = async () =>{'use server'};\nasync function d(){'use server'}", "c$1 d", 0},
      {"function f() {\n return async function g() { 'use server' } }", "g", 0},
      {"const o = { async m() { 'use server' } };", "m", 1},
      {"const o = { k: async () => { 'use server' } };", "k", 1},
      {"call(async () => { 'use server' });", "", 1},
      {"async function h(x: () => void) { 'use server' }", "h", 1},
      {"async function i(): Promise<void> { 'use server' }", "i", 1},
      {"async function j(x = 'a') { 'use server' }", "j", 1},
      {"async function k(x)\n{ 'use server' }", "k", 1},
      {"async function l() { // async function m(x) {\n 'use server' }", "l", 1},
      {"async function m(x) // async function n(\n{ 'use server' }", "m", 1},
      {"async function n(x, // async function o(\n y) { 'use server' }", "n", 1},
      {"async function /* async function p( */ o(x) { 'use server' }", "o", 1},
      {"const p = async x => { 'use server' };", "p", 1},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    Project project(
        {{"src/main.tsx", "import './C'; import './f'"}, {"src/f.ts", c.text}, {"src/C.tsx", "'use client';"}});
    const AuditResult audited = project.audit();
    std::string names;
    for (const ServerFunction& function : audited.server_functions) names += (names.empty() ? "" : " ") + function.name;
    CHECK(names == c.names);
    CHECK(audited.exact_parses == c.trees);
  }
}

TEST_CASE("audit: path/duplicate-instance", "[scanner][audit]") {
  check("path/duplicate-instance",
        {{"two copies of React",
          {{"src/main.tsx", "import 'react'; import 'lib'"},
           {"node_modules/react/package.json", "{\"name\":\"react\",\"main\":\"i.js\"}"},
           {"node_modules/react/i.js", ""},
           {"node_modules/lib/package.json", "{\"name\":\"lib\",\"main\":\"i.js\"}"},
           {"node_modules/lib/i.js", "require('react')"},
           {"node_modules/lib/node_modules/react/package.json", "{\"name\":\"react\",\"main\":\"i.js\"}"},
           {"node_modules/lib/node_modules/react/i.js", ""}},
          "/node_modules/react/i.js:0:0 react"},
         {"two copies of something else",
          {{"src/main.tsx", "import 'tiny'; import 'lib'"},
           {"node_modules/tiny/package.json", "{\"name\":\"tiny\",\"main\":\"i.js\"}"},
           {"node_modules/tiny/i.js", ""},
           {"node_modules/lib/package.json", "{\"name\":\"lib\",\"main\":\"i.js\"}"},
           {"node_modules/lib/i.js", "require('tiny')"},
           {"node_modules/lib/node_modules/tiny/package.json", "{\"name\":\"tiny\",\"main\":\"i.js\"}"},
           {"node_modules/lib/node_modules/tiny/i.js", ""}},
          ""}});
}

TEST_CASE("audit: levels and ignored files", "[scanner][audit]") {
  Project project({{"src/main.tsx", "import './none'; import './A'"},
                   {"src/A.tsx", "'use client';\nimport './B'"},
                   {"src/B.tsx", "'use client';"}});
  CHECK(project.found("scan/unresolved") != "");
  project.audit_options.rules = {{"scan/unresolved", RuleLevel::off}, {"boundary/redundant-client", RuleLevel::error}};
  CHECK(project.found("scan/unresolved") == "");
  const AuditResult audited = project.audit();
  REQUIRE(audited.findings.size() == 1);
  CHECK(audited.findings[0].diagnostic.level == Level::error);
  project.audit_options.rules.push_back({"boundary/redundant-client", RuleLevel::error, {"src/B.*"}});
  CHECK(project.audit().findings.empty());
}

TEST_CASE("audit: the same on one thread and on four", "[scanner][audit]") {
  std::string texts[2];
  for (const int threads : {1, 4}) {
    Project project({{"src/main.tsx", "import './f0'"}});
    for (int i = 0; i < 40; ++i) {
      const std::string n = std::to_string(i);
      project.file("src/f" + n + ".ts",
                   "'use server'; import './f" + std::to_string(i + 1) + "';\nexport const a = " + n + ";");
    }
    project.options.threads = threads;
    for (const Finding& finding : project.audit().findings)
      texts[threads == 1 ? 0 : 1] += finding.diagnostic.file + finding.diagnostic.message + finding.fingerprint;
  }
  CHECK(texts[0] == texts[1]);
  CHECK(texts[0].size() > 1000);
}

TEST_CASE("audit: exclusive bytes are what a boundary dominates", "[scanner][audit]") {
  Project project({{"src/main.tsx", "import './A'; import './B'"},
                   {"src/A.tsx", "'use client'; import './own'; import './shared'"},
                   {"src/B.tsx", "'use client'; import './shared'"},
                   {"src/own.ts", "import './deep'"},
                   {"src/deep.ts", "import './own'"},
                   {"src/shared.ts", ""}});
  const AuditResult audited = project.audit();
  REQUIRE(audited.boundaries.size() == 2);
  CHECK(project.result.text(project.result.modules[size_t(audited.boundaries[0].module)].id) == "/src/A.tsx");
  CHECK(audited.boundaries[0].exclusive.modules == 3);
  CHECK(audited.boundaries[0].total.modules == 4);
  CHECK(audited.boundaries[1].exclusive.modules == 1);
  CHECK(audited.boundaries[1].total.modules == 2);
  CHECK(audited.client.modules == 5);
  CHECK(audited.server.modules == 1);
}

namespace {

FlowGraph graph_of(const std::vector<std::vector<uint32_t>>& successors) {
  FlowGraph graph{.first_successor = {0}, .successors = {}};
  for (const auto& list : successors) {
    graph.successors.insert(graph.successors.end(), list.begin(), list.end());
    graph.first_successor.push_back(uint32_t(graph.successors.size()));
  }
  return graph;
}

// By definition: a dominates b if b cannot be reached without a.
std::vector<bool> reached_without(const FlowGraph& graph, uint32_t without) {
  std::vector<bool> seen(graph.size());
  std::vector<uint32_t> open;
  if (without != 0) open.push_back(0), seen[0] = true;
  while (!open.empty()) {
    const uint32_t node = open.back();
    open.pop_back();
    for (const uint32_t to : graph.successors_of(node))
      if (to != without && !seen[to]) seen[to] = true, open.push_back(to);
  }
  return seen;
}

}  // namespace

TEST_CASE("dominators: as by definition, on random graphs", "[scanner][audit]") {
  uint32_t state = 12345;
  const auto random = [&state](uint32_t below) {
    state = state * 1664525 + 1013904223;
    return (state >> 8) % below;
  };
  for (int round = 0; round < 300; ++round) {
    const uint32_t size = 2 + random(14);
    std::vector<std::vector<uint32_t>> successors(size);
    for (uint32_t edge = random(3 * size); edge > 0; --edge) successors[random(size)].push_back(random(size));
    const FlowGraph graph = graph_of(successors);
    const Dominators dominators(graph);
    const std::vector<bool> reached = reached_without(graph, UINT32_MAX);
    for (uint32_t a = 0; a < size; ++a) {
      const std::vector<bool> without = reached_without(graph, a);
      for (uint32_t b = 1; b < size; ++b) {
        if (!reached[b] || !reached[a] || a == b) continue;
        bool found = false;
        for (uint32_t at = b; at != 0 && !found;) found = (at = dominators.of(at)) == a;
        REQUIRE(found == !without[b]);
      }
    }
  }
}

TEST_CASE("dominators: a chain of 200,000 modules takes no stack", "[scanner][audit]") {
  std::vector<std::vector<uint32_t>> successors(200'000);
  for (uint32_t i = 0; i + 1 < successors.size(); ++i) successors[i] = {i + 1, i / 2};
  const Dominators dominators(graph_of(successors));
  CHECK(dominators.of(199'999) == 199'998);
  CHECK(dominators.order().size() == 200'000);
}

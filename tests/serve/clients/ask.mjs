// Asks an endpoint by a client from npm, as its documentation shows: `node ask.mjs CLIENT URL`, the query on standard
// input. Prints {rows}, {boolean}, {triples} or {error} as JSON.

import { readFileSync } from 'node:fs'

const form = (query) => /\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i.exec(query)[1].toUpperCase()

const plain = (term) => term && { type: term.termType, value: term.value, ...(term.language && { language: term.language }) }

const row = (entries) => Object.fromEntries([...entries].map(([name, term]) => [name.value ?? name, plain(term)]))

const triple = ({ subject, predicate, object }) => [subject, predicate, object].map((term) => term.value)

async function gathered (stream) {
  const found = []
  for await (const one of stream) found.push(one)
  return found
}

async function comunica (url, query) {
  const { QueryEngine } = await import('@comunica/query-sparql')
  const engine = new QueryEngine()
  const context = { sources: [{ type: 'sparql', value: url }] }
  if (form(query) === 'ASK') return { boolean: await engine.queryBoolean(query, context) }
  if (form(query) === 'SELECT') {
    return { rows: (await gathered(await engine.queryBindings(query, context))).map((bindings) => row(bindings)) }
  }
  return { triples: (await gathered(await engine.queryQuads(query, context))).map(triple) }
}

async function simple (url, query) {
  const { default: Client } = await import('sparql-http-client/SimpleClient.js')
  const client = new Client({ endpointUrl: url })
  const response = await client.query[{ SELECT: 'select', ASK: 'ask' }[form(query)] ?? 'construct'](query)
  if (!response.ok) return { error: await response.text() }
  return { text: await response.text(), media: response.headers.get('content-type') }
}

async function streaming (url, query) {
  const { default: Client } = await import('sparql-http-client')
  const client = new Client({ endpointUrl: url })
  if (form(query) === 'ASK') return { boolean: await client.query.ask(query) }
  if (form(query) === 'SELECT') return { rows: (await gathered(client.query.select(query))).map((one) => row(Object.entries(one))) }
  return { triples: (await gathered(client.query.construct(query))).map(triple) }
}

const [name, url] = process.argv.slice(2)
const query = readFileSync(0, 'utf8')
const clients = { comunica, simple, streaming }
console.log(JSON.stringify(await clients[name](url, query).catch((error) => ({ error: String(error.message) }))))

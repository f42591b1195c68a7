// What programs do with the npm package etcd3: one program a name.
//
//     node etcd3_programs.js NAME HOST:PORT PREFIX        with etcd3 where NODE_PATH points
'use strict';

const assert = require('node:assert');
const { once } = require('node:events');
const { Etcd3 } = require('etcd3');

const [, , name, endpoint, prefix] = process.argv;
const connect = () => new Etcd3({ hosts: `http://${endpoint}` });

const programs = {
  async keys(client) {
    await client.put(`${prefix}a`).value('one');
    assert.strictEqual(await client.get(`${prefix}a`).string(), 'one');
    assert.strictEqual(await client.get(`${prefix}none`).string(), null);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    await client.put(`${prefix}b`).value(bytes);
    assert.deepStrictEqual(await client.get(`${prefix}b`).buffer(), bytes);
    const all = await client.getAll().prefix(prefix).sort('Key', 'Descend').keys();
    assert.deepStrictEqual(all, [`${prefix}b`, `${prefix}a`]);
    assert.strictEqual(await client.getAll().prefix(prefix).count(), 2);
    const gone = await client.delete().prefix(prefix);
    assert.strictEqual(gone.deleted, '2');
  },

  async transaction(client) {
    const key = `${prefix}k`;
    await client.put(key).value('1');
    const swap = () => client.if(key, 'Value', '==', '1')
      .then(client.put(key).value('2'))
      .else(client.get(key))
      .commit();
    assert.strictEqual((await swap()).succeeded, true);
    const second = await swap();
    assert.strictEqual(second.succeeded, false);
    assert.strictEqual(second.responses[0].response_range.kvs[0].value.toString(), '2');
  },

  async memory(client) {
    const key = `${prefix}count`;
    await client.put(key).value('0');
    const add = () => client.stm({ retries: 100 }).transact(async (tx) => {
      const count = Number(await tx.get(key).string());
      await tx.put(key).value(String(count + 1));
    });
    await Promise.all(Array.from({ length: 10 }, add));
    assert.strictEqual(await client.get(key).number(), 10);
  },

  async watch(client) {
    const watcher = await client.watch().prefix(prefix).create();
    const put = once(watcher, 'put');
    await client.put(`${prefix}a`).value('one');
    assert.strictEqual((await put)[0].value.toString(), 'one');
    const gone = once(watcher, 'delete');
    await client.delete().key(`${prefix}a`);
    assert.strictEqual((await gone)[0].key.toString(), `${prefix}a`);
    await watcher.cancel();
  },

  async past(client) {
    const { header } = await client.put(`${prefix}a`).value('0');
    for (let i = 1; i < 5; ++i) await client.put(`${prefix}a`).value(String(i));
    const seen = [];
    const watcher = await client.watch().key(`${prefix}a`).startRevision(header.revision)
      .watcher();
    await new Promise((resolve) => {
      watcher.on('put', (kv) => {
        seen.push(kv.value.toString());
        if (seen.length === 5) resolve();
      });
    });
    assert.deepStrictEqual(seen, ['0', '1', '2', '3', '4']);
    await watcher.cancel();
  },

  async lease(client) {
    const lease = client.lease(60);
    await lease.put(`${prefix}a`).value('v');
    await lease.keepaliveOnce();
    assert.strictEqual(await client.get(`${prefix}a`).string(), 'v');
    await lease.revoke();
    assert.strictEqual(await client.get(`${prefix}a`).string(), null);
  },

  async lock(client) {
    const order = [];
    await client.lock(`${prefix}lock`).ttl(60).do(async () => {
      const other = connect();
      await assert.rejects(other.lock(`${prefix}lock`).acquire());
      other.close();
      order.push('held');
    });
    const lock = client.lock(`${prefix}lock`);
    await lock.acquire();
    order.push('again');
    await lock.release();
    assert.deepStrictEqual(order, ['held', 'again']);
  },

  async election(client) {
    const election = client.election(`${prefix}e`, 60);
    const first = election.campaign('one');
    await once(first, 'elected');
    const observer = await election.observe();
    assert.strictEqual(observer.leader(), 'one');
    const rival = connect();
    const second = rival.election(`${prefix}e`, 60).campaign('two');
    const changed = once(observer, 'change');
    await first.proclaim('more');
    assert.strictEqual((await changed)[0], 'more');
    const won = once(second, 'elected');
    await first.resign();
    await won;
    await observer.cancel();
    await second.resign();
    rival.close();
  },
};

async function main() {
  const client = connect();
  await programs[name](client);
  client.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});

// A GlobalPlatform tool of others, node-gp, unchanged, at a card in a PC/SC reader; scriptor,
// of pcsc-tools, carries its commands.
//
// usage: node gp_tool.js READER   (NODE_PATH names the folder of node-gp)
// SPDX-License-Identifier: Apache-2.0
'use strict';

const assert = require('assert');
const { spawn } = require('child_process');
const GlobalPlatform = require('node-gp');
const JSZip = require('jszip');

const PURSE_PACKAGE = 'a0000006320101';
const PURSE = 'a000000632010105';
const IDENT_PACKAGE = 'f0594b544944';
const IDENT = 'f0594b54494401';
const CAP_AID = 'd2760000850101';

// One command at a time: scriptor answers in the order of its input.
class Reader {
  constructor(name) {
    this.text = '';
    this.waiting = [];
    this.child = spawn('scriptor', ['-u', '-r', name], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.child.stdout.on('data', (data) => this.take(String(data)));
    this.child.on('exit', (code) => this.waiting.forEach((one) => one.reject(
      new Error(`scriptor ended with ${code}`))));
  }

  take(data) {
    this.text += data;
    for (;;) {
      const answer = this.text.match(/< ([0-9A-F\s]+) : .*\n/);
      if (answer === null || this.waiting.length === 0)
        return;
      this.text = this.text.slice(answer.index + answer[0].length);
      this.waiting.shift().resolve(Buffer.from(answer[1].replace(/\s/g, ''), 'hex'));
    }
  }

  transceive(command) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin.write(command.toString('hex').replace(/../g, '$& ').trim() + '\n');
    });
  }

  close() {
    this.child.stdin.end();
  }
}

const aids = (lines) => lines.map((line) => Buffer.from(line.aid).toString('hex'));

// Its deletion sends the command and does not wait.
async function deleted(reader, card, aid) {
  card.deletePackage({ aid: Buffer.from(aid, 'hex') });
  return reader.transceive(Buffer.from('80ca004500', 'hex'));
}

// What a CAP file is made of, as far as it is looked at before the card says no.
function capFile() {
  const zip = new JSZip();
  const aid = Buffer.from(CAP_AID, 'hex');

  zip.file('a/javacard/Header.cap', Buffer.concat([
    Buffer.from('0100100decaffed0102040001', 'hex').subarray(0, 12), Buffer.from([aid.length]), aid]));
  zip.file('a/javacard/Applet.cap', Buffer.concat([
    Buffer.from('0300080107', 'hex').subarray(0, 4), Buffer.from([aid.length]), aid]));
  // The tool cuts files of 128 bytes and more into blocks; of shorter ones it gets Lc wrong.
  zip.file('a/javacard/Method.cap', Buffer.alloc(400, 0x07));
  return zip;
}

async function walk(reader) {
  const card = new GlobalPlatform((command) => reader.transceive(command));

  await card.connect();
  const packages = aids(await card.getPackages());
  assert(packages.includes(PURSE_PACKAGE), `packages: ${packages}`);
  const before = aids(await card.getApplets());
  assert(before.includes(IDENT), `applications: ${before}`);

  await deleted(reader, card, IDENT);
  assert.deepStrictEqual(aids(await card.getApplets()), before.filter((aid) => aid !== IDENT));
  await card.installForInstall(IDENT_PACKAGE, IDENT);
  assert.deepStrictEqual(aids(await card.getApplets()).sort(), [...before].sort());
  await assert.rejects(card.installForInstall(IDENT_PACKAGE, IDENT), /unexpected response 6a80/);
  // A purse is not made selectable before it has its data.
  await assert.rejects(card.installForInstall(PURSE_PACKAGE, PURSE), /unexpected response 6985/);
  assert.deepStrictEqual(aids(await card.getApplets()).sort(), [...before].sort());

  // No Java Card code runs here, and the tool is told so.
  await assert.rejects(card.installAuto(capFile()), /unexpected response 6a80/);
  assert.deepStrictEqual(aids(await card.getPackages()), packages);
}

// With keys that the card has not, nothing opens.
async function walkWithWrongKeys(reader) {
  const card = new GlobalPlatform((command) => reader.transceive(command),
    { secureChannelBaseKey: '505152535455565758595a5b5c5d5e5f' });

  await assert.rejects(card.connect(), /card cryptogram failed/);
  await assert.rejects(card.getApplets(), /not connected/);
}

const reader = new Reader(process.argv[2]);
walk(reader).then(() => walkWithWrongKeys(reader)).then(() => {
  reader.close();
  console.log('gp_tool: ok');
}).catch((error) => {
  console.error(error);
  process.exit(1);
});

// Prints what peaks.js's reader finds in each of the files that are named.
const fs = require("fs");
const WaveformData = require("waveform-data");

function seen(path) {
  const bytes = fs.readFileSync(path);
  const data = path.endsWith(".json")
    ? JSON.parse(bytes)
    : bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const wave = WaveformData.create(data);
  const channels = [];
  for (let at = 0; at < wave.channels; at++) {
    const channel = wave.channel(at);
    channels.push([channel.min_array(), channel.max_array()]);
  }
  return {
    bits: wave.bits,
    sample_rate: wave.sample_rate,
    scale: wave.scale,
    length: wave.length,
    duration: wave.duration,
    channels,
  };
}

console.log(JSON.stringify(process.argv.slice(2).map(seen)));

// bench: the rival in Go: gopacket over a pcap file, and a map of flows with packets and bytes each way: main packet FILE
// reads as its documentation shows it, a Packet a record; main parser FILE decodes the same few layers in place.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"github.com/google/gopacket"
	"github.com/google/gopacket/layers"
	"github.com/google/gopacket/pcapgo"
)

type key struct {
	network, transport gopacket.Flow
}

type flow struct {
	packets, bytes [2]uint64
}

type flows map[key]*flow

func (f flows) add(k key, length int) {
	direction := 0
	found := f[k]
	if found == nil {
		back := key{k.network.Reverse(), k.transport.Reverse()}
		if found = f[back]; found != nil {
			direction = 1
		} else {
			found = &flow{}
			f[k] = found
		}
	}
	found.packets[direction]++
	found.bytes[direction] += uint64(length)
}

func readPackets(reader *pcapgo.Reader, found flows) int {
	packets := 0
	source := gopacket.NewPacketSource(reader, layers.LinkTypeEthernet)
	source.Lazy = true
	source.NoCopy = true
	for {
		packet, err := source.NextPacket()
		if err == io.EOF {
			return packets
		}
		if err != nil {
			panic(err)
		}
		packets++
		var k key
		if network := packet.NetworkLayer(); network != nil {
			k.network = network.NetworkFlow()
		}
		if transport := packet.TransportLayer(); transport != nil {
			k.transport = transport.TransportFlow()
		}
		found.add(k, packet.Metadata().Length)
	}
}

func readLayers(reader *pcapgo.Reader, found flows) int {
	var ethernet layers.Ethernet
	var ip4 layers.IPv4
	var ip6 layers.IPv6
	var tcp layers.TCP
	var udp layers.UDP
	parser := gopacket.NewDecodingLayerParser(layers.LayerTypeEthernet, &ethernet, &ip4, &ip6, &tcp, &udp)
	parser.IgnoreUnsupported = true
	decoded := make([]gopacket.LayerType, 0, 8)
	packets := 0
	for {
		data, info, err := reader.ZeroCopyReadPacketData()
		if err == io.EOF {
			return packets
		}
		if err != nil {
			panic(err)
		}
		packets++
		if parser.DecodeLayers(data, &decoded) != nil {
			continue
		}
		var k key
		for _, layer := range decoded {
			switch layer {
			case layers.LayerTypeIPv4:
				k.network = ip4.NetworkFlow()
			case layers.LayerTypeIPv6:
				k.network = ip6.NetworkFlow()
			case layers.LayerTypeTCP:
				k.transport = tcp.TransportFlow()
			case layers.LayerTypeUDP:
				k.transport = udp.TransportFlow()
			}
		}
		found.add(k, info.Length)
	}
}

func main() {
	file, err := os.Open(os.Args[2])
	if err != nil {
		panic(err)
	}
	reader, err := pcapgo.NewReader(bufio.NewReaderSize(file, 1<<20))
	if err != nil {
		panic(err)
	}
	found := make(flows)
	packets := 0
	if os.Args[1] == "packet" {
		packets = readPackets(reader, found)
	} else {
		packets = readLayers(reader, found)
	}
	fmt.Println(packets, "packets,", len(found), "flows")
}

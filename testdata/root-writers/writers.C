// The ROOT files of this folder, one function each. Compiled by ROOT (ACLiC), run by generate.py.
//
// Every value is a formula of the entry number i (and the item number j), so that a test can
// know it without reading it anywhere. Formulas give numbers that are exact in their type.
#include <Compression.h>
#include <TChain.h>
#include <TClass.h>
#include <TClonesArray.h>
#include <TDirectory.h>
#include <TFile.h>
#include <TH1.h>
#include <TH2.h>
#include <TH3.h>
#include <TLorentzVector.h>
#include <TObjString.h>
#include <TProfile.h>
#include <TSystem.h>
#include <TVirtualStreamerInfo.h>
#include <TTree.h>
#include <ROOT/RVec.hxx>
#include <ROOT/TIOFeatures.hxx>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

// A class of our own, written whole and split into branches.
class Hit {
public:
   Int_t id = 0;
   Float_t x = 0;
   Double_t energy = 0;
   Double32_t ranged = 0; //[0,64,16]
   std::string name;
   std::vector<float> samples;
   Short_t cell[3] = {0, 0, 0};
   void Set(long i)
   {
      id = i;
      x = 0.5f * i;
      energy = 0.25 * i - 1;
      ranged = i % 64;
      name = "hit" + std::to_string(i);
      samples.assign(i % 4, 1.5f * i);
      for (int k = 0; k < 3; ++k)
         cell[k] = 10 * i + k;
   }
   virtual ~Hit() = default;
   ClassDef(Hit, 2)
};

// A class above another, with an array that a member counts.
class Track : public Hit {
public:
   Int_t npoints = 0;
   Float_t *points = nullptr; //[npoints]
   TLorentzVector p4;
   ~Track() override { delete[] points; }
   void Set(long i)
   {
      Hit::Set(i);
      delete[] points;
      npoints = i % 3;
      points = new Float_t[npoints];
      for (int k = 0; k < npoints; ++k)
         points[k] = i + 0.125f * k;
      p4.SetPxPyPzE(i, -i, 2 * i, 4 * i);
   }
   ClassDefOverride(Track, 1)
};

#ifdef __CLING__
#pragma link C++ class Hit+;
#pragma link C++ class Track+;
#pragma link C++ class std::vector<Hit>+;
#pragma link C++ class std::vector<TLorentzVector>+;
#pragma link C++ class std::vector<std::vector<std::string>>+;
#pragma link C++ class std::vector<std::vector<std::vector<int>>>+;
#pragma link C++ class std::map<std::string, std::vector<float>>+;
#pragma link C++ class std::map<int, std::string>+;
#pragma link C++ class std::vector<std::array<float, 3>>+;
#endif


// `reproducible`: the same bytes from every run, so no dates and no unique numbers.
static std::unique_ptr<TFile> create(const std::string &name, int compression = 101)
{
   std::unique_ptr<TFile> file(TFile::Open((name + "?reproducible=" + gSystem->BaseName(name.c_str())).c_str(), "RECREATE"));
   file->SetCompressionSettings(compression);
   return file;
}

// Several baskets a branch, one codec: 101 ZLIB, 207 LZMA, 404 LZ4, 505 ZSTD, 0 none.
void codec(const char *path, int compression)
{
   auto file = create(path, compression);
   auto *tree = new TTree("t", "several baskets");
   tree->SetAutoFlush(0);
   int i, n;
   float x;
   double v[8];
   std::vector<float> w;
   tree->Branch("i", &i, "i/I", 256);
   tree->Branch("x", &x, "x/F", 256);
   tree->Branch("n", &n, "n/I", 256);
   tree->Branch("v", v, "v[n]/D", 512);
   tree->Branch("w", &w, 512);
   for (i = 0; i < 200; ++i) {
      x = 0.25f * i;
      n = i % 5;
      for (int j = 0; j < n; ++j)
         v[j] = i + 0.5 * j;
      w.assign(i % 7, 2.0f * i);
      tree->Fill();
   }
   file->Write();
}

// Every kind of leaf, alone, as fixed arrays, counted, and in a list.
void leaves(const char *path)
{
   auto file = create(path);
   auto *tree = new TTree("leaves", "leaf types");
   tree->SetAutoFlush(0);
   Char_t b;
   UChar_t ub;
   Short_t s;
   UShort_t us;
   Int_t i;
   UInt_t ui;
   Long64_t l;
   ULong64_t ul;
   Long_t g;
   ULong_t ug;
   Float_t f;
   Double_t d;
   Bool_t o;
   char text[600];
   Double32_t d32, d32r, d32t;
   Float16_t f16, f16r;
   Int_t a3[3];
   Float_t a23[2][3];
   Bool_t ob[4];
   Int_t n;
   Float_t vn[9];
   Int_t vn3[9][3];
   Short_t vn23[9][2][3];
   Bool_t on[9];
   Double32_t dn[9];
   UChar_t m;
   ULong64_t um[9];
   struct { Double_t d; Int_t i; Float_t f; } rec;
   struct { Int_t a[2]; UShort_t b; } rec2;
   tree->Branch("b", &b, "b/B", 600);
   tree->Branch("ub", &ub, "ub/b", 600);
   tree->Branch("s", &s, "s/S", 600);
   tree->Branch("us", &us, "us/s", 600);
   tree->Branch("i", &i, "i/I", 600);
   tree->Branch("ui", &ui, "ui/i", 600);
   tree->Branch("l", &l, "l/L", 600);
   tree->Branch("ul", &ul, "ul/l", 600);
   tree->Branch("g", &g, "g/G", 600);
   tree->Branch("ug", &ug, "ug/g", 600);
   tree->Branch("f", &f, "f/F", 600);
   tree->Branch("d", &d, "d/D", 600);
   tree->Branch("o", &o, "o/O", 600);
   tree->Branch("text", text, "text/C", 600);
   tree->Branch("d32", &d32, "d32/d", 600);
   tree->Branch("d32r", &d32r, "d32r/d[0,128,16]", 600);
   tree->Branch("d32t", &d32t, "d32t/d[0,0,10]", 600);
   tree->Branch("f16", &f16, "f16/f", 600);
   tree->Branch("f16r", &f16r, "f16r/f[-64,64,14]", 600);
   tree->Branch("a3", a3, "a3[3]/I", 600);
   tree->Branch("a23", a23, "a23[2][3]/F", 600);
   tree->Branch("ob", ob, "ob[4]/O", 600);
   tree->Branch("n", &n, "n/I", 600);
   tree->Branch("vn", vn, "vn[n]/F", 600);
   tree->Branch("vn3", vn3, "vn3[n][3]/I", 600);
   tree->Branch("vn23", vn23, "vn23[n][2][3]/S", 600);
   tree->Branch("on", on, "on[n]/O", 600);
   tree->Branch("dn", dn, "dn[n]/d[0,256,20]", 600);
   tree->Branch("m", &m, "m/b", 600);
   tree->Branch("um", um, "um[m]/l", 600);
   tree->Branch("rec", &rec, "d/D:i/I:f/F", 600);
   tree->Branch("rec2", &rec2, "a[2]/I:b/s", 600);
   for (int e = 0; e < 100; ++e) {
      b = e - 50;
      ub = 2 * e;
      s = 300 * e - 15000;
      us = 600 * e;
      i = 20000000 * e - 1000000000;
      ui = 40000000u * e;
      l = (Long64_t)e * 90000000000000000 - 4500000000000000000;
      ul = (ULong64_t)e * 180000000000000000u;
      g = -l;
      ug = ul + 1;
      f = 0.5f * e - 7;
      d = 0.125 * e * e;
      o = e % 3 == 0;
      // Empty, short, and beyond the 255 at which the length takes five bytes.
      std::string word(e % 10 == 9 ? 250 + e : e % 10, 'a' + e % 26);
      std::strcpy(text, word.c_str());
      d32 = 0.25 * e;
      d32r = e;
      d32t = 4.0 * e;
      f16 = 2.0f * e - 50;
      f16r = e % 64;
      for (int k = 0; k < 3; ++k)
         a3[k] = 3 * e + k;
      for (int k = 0; k < 6; ++k)
         a23[k / 3][k % 3] = e + 0.125f * k;
      for (int k = 0; k < 4; ++k)
         ob[k] = (e >> k) & 1;
      n = e % 9;
      for (int j = 0; j < n; ++j) {
         vn[j] = e + 0.5f * j;
         for (int k = 0; k < 3; ++k)
            vn3[j][k] = 100 * e + 10 * j + k;
         for (int k = 0; k < 6; ++k)
            vn23[j][k / 3][k % 3] = 100 * e + 10 * j + k;
         on[j] = (e + j) % 2;
         dn[j] = e + j;
      }
      m = e % 4;
      for (int j = 0; j < m; ++j)
         um[j] = ul + j;
      rec = {0.5 * e, e, 0.25f * e};
      rec2 = {{e, -e}, (UShort_t)(3 * e)};
      tree->Fill();
   }
   file->Write();
}

template <typename T>
static void fill(std::vector<T> &v, int e, T start)
{
   v.clear();
   for (int j = 0; j < e % 5; ++j)
      v.push_back(start + T(j));
}

// Containers of the standard library, and ROOT's RVec.
void stl(const char *path)
{
   auto file = create(path);
   auto *tree = new TTree("stl", "containers");
   tree->SetAutoFlush(0);
   const int size = 700;
   std::string text;
   std::vector<bool> vo;
   std::vector<char> vb;
   std::vector<unsigned char> vub;
   std::vector<short> vs;
   std::vector<unsigned short> vus;
   std::vector<int> vi;
   std::vector<unsigned int> vui;
   std::vector<long> vg;
   std::vector<unsigned long> vug;
   std::vector<Long64_t> vl;
   std::vector<ULong64_t> vul;
   std::vector<float> vf;
   std::vector<double> vd;
   std::vector<std::string> vt;
   std::vector<std::vector<float>> vvf;
   std::vector<std::vector<std::string>> vvt;
   std::vector<std::vector<std::vector<int>>> vvvi;
   ROOT::RVec<float> rf;
   ROOT::RVec<int> ri;
   std::map<std::string, int> mti;
   std::map<int, std::string> mit;
   std::map<std::string, std::vector<float>> mtv;
   std::set<int> si;
   std::list<int> li;
   std::deque<int> di;
   tree->Branch("text", &text, size);
   tree->Branch("vo", &vo, size);
   tree->Branch("vb", &vb, size);
   tree->Branch("vub", &vub, size);
   tree->Branch("vs", &vs, size);
   tree->Branch("vus", &vus, size);
   tree->Branch("vi", &vi, size);
   tree->Branch("vui", &vui, size);
   tree->Branch("vg", &vg, size);
   tree->Branch("vug", &vug, size);
   tree->Branch("vl", &vl, size);
   tree->Branch("vul", &vul, size);
   tree->Branch("vf", &vf, size);
   tree->Branch("vd", &vd, size);
   tree->Branch("vt", &vt, size);
   tree->Branch("vvf", &vvf, size);
   tree->Branch("vvt", &vvt, size);
   tree->Branch("vvvi", &vvvi, size);
   tree->Branch("rf", &rf, size);
   tree->Branch("ri", &ri, size);
   tree->Branch("mti", &mti, size);
   tree->Branch("mit", &mit, size);
   tree->Branch("mtv", &mtv, size);
   tree->Branch("si", &si, size);
   tree->Branch("li", &li, size);
   tree->Branch("di", &di, size);
   for (int e = 0; e < 60; ++e) {
      text = std::string(e % 10 == 9 ? 250 + e : e % 10, 'A' + e % 26);
      vo.clear();
      for (int j = 0; j < e % 5; ++j)
         vo.push_back((e + j) % 2);
      fill<char>(vb, e, e - 30);
      fill<unsigned char>(vub, e, 4 * e);
      fill<short>(vs, e, 500 * e - 15000);
      fill<unsigned short>(vus, e, 1000 * e);
      fill<int>(vi, e, 30000000 * e - 900000000);
      fill<unsigned int>(vui, e, 70000000u * e);
      fill<long>(vg, e, e * 150000000000000000L - 4500000000000000000L);
      fill<unsigned long>(vug, e, e * 300000000000000000UL);
      fill<Long64_t>(vl, e, -e);
      fill<ULong64_t>(vul, e, e);
      fill<float>(vf, e, 0.5f * e);
      fill<double>(vd, e, 0.125 * e);
      vt.clear();
      vvf.clear();
      vvt.clear();
      vvvi.clear();
      mti.clear();
      mit.clear();
      mtv.clear();
      si.clear();
      li.clear();
      di.clear();
      for (int j = 0; j < e % 5; ++j) {
         vt.push_back(std::string(j, 'a' + e % 26));
         vvf.push_back(std::vector<float>((e + j) % 3, e + 0.25f * j));
         vvt.push_back(std::vector<std::string>(j, "t" + std::to_string(e)));
         vvvi.push_back(std::vector<std::vector<int>>(j % 3, std::vector<int>(j, e)));
         mti["k" + std::to_string(j)] = 10 * e + j;
         mit[j] = std::to_string(e);
         mtv[std::to_string(j)] = std::vector<float>(j, e);
         si.insert(e - j);
         li.push_back(e + j);
         di.push_front(e + j);
      }
      rf = ROOT::RVec<float>(e % 6, 0.75f * e);
      ri = ROOT::RVec<int>(e % 3, e);
      tree->Fill();
   }
   file->Write();
}

// Objects of ROOT's and of our classes, whole (split level 0) and split into their members.
void objects(const char *path)
{
   auto file = create(path);
   auto *tree = new TTree("objects", "classes");
   tree->SetAutoFlush(0);
   const int size = 800;
   TLorentzVector p4;
   std::vector<TLorentzVector> p4s;
   Hit hit;
   Track track;
   std::vector<Hit> hits;
   TClonesArray clones("TLorentzVector");
   tree->Branch("p4_whole", &p4, size, 0);
   tree->Branch("p4_split", &p4, size, 99);
   tree->Branch("p4s_whole", &p4s, size, 0);
   tree->Branch("p4s_split", &p4s, size, 99);
   tree->Branch("hit_whole", &hit, size, 0);
   tree->Branch("hit_split.", &hit, size, 99);
   tree->Branch("track_whole", &track, size, 0);
   tree->Branch("track_split.", &track, size, 99);
   tree->Branch("hits_whole", &hits, size, 0);
   tree->Branch("hits_split", &hits, size, 99);
   tree->Branch("clones_split", &clones, size, 99);
   for (int e = 0; e < 40; ++e) {
      p4.SetPxPyPzE(e, 2 * e, 3 * e, 4 * e);
      p4s.clear();
      hits.clear();
      clones.Clear();
      for (int j = 0; j < e % 4; ++j) {
         p4s.emplace_back(e, j, e + j, e * j);
         hits.emplace_back();
         hits.back().Set(e + j);
         new (clones[j]) TLorentzVector(j, e, e - j, e + 1);
      }
      hit.Set(e);
      track.Set(e);
      tree->Fill();
   }
   file->Write();
}

// The same counted arrays with and without their entry offsets in the baskets.
void offsetmap(const char *path, bool generate)
{
   auto file = create(path);
   auto *tree = new TTree("t", "counted arrays");
   tree->SetAutoFlush(0);
   if (generate) {
      ROOT::TIOFeatures features;
      features.Set(ROOT::Experimental::EIOFeatures::kGenerateOffsetMap);
      tree->SetIOFeatures(features);
   }
   int n;
   UChar_t m;
   float v[16];
   int w[16][2];
   short z[16];
   tree->Branch("n", &n, "n/I", 300);
   tree->Branch("m", &m, "m/b", 200);
   tree->Branch("v", v, "v[n]/F", 500);
   tree->Branch("w", w, "w[n][2]/I", 700);
   tree->Branch("z", z, "z[m]/S", 400);
   for (int e = 0; e < 150; ++e) {
      n = e % 11;
      m = (e + 3) % 8;
      for (int j = 0; j < n; ++j) {
         v[j] = e - 0.5f * j;
         w[j][0] = e;
         w[j][1] = j;
      }
      for (int j = 0; j < m; ++j)
         z[j] = e * j;
      tree->Fill();
   }
   file->Write();
}

static TTree *counting(const char *name, int entries, int start = 0)
{
   auto *tree = new TTree(name, "one number");
   tree->SetAutoFlush(0);
   int i;
   tree->Branch("i", &i, "i/I", 256);
   for (int e = 0; e < entries; ++e) {
      i = start + e;
      tree->Fill();
   }
   tree->ResetBranchAddresses();
   return tree;
}

// A tree with two friends: in another file, and in its own.
void friends(const char *path)
{
   auto file = create(path);
   counting("beside", 200, 1000);
   auto *tree = counting("t", 200);
   tree->AddFriend("other = t", "codec-zlib.root");
   tree->AddFriend("beside");
   tree->SetAlias("twice", "2*i");
   file->Write();
   // The friends' files must be closed before the next function makes them anew.
   delete tree;
}

// A TChain object: the names of trees and files, no entries of its own.
void chain(const char *path)
{
   auto file = create(path);
   TChain all("t", "three parts");
   all.Add("codec-zlib.root");
   all.Add("codec-zstd.root/t");
   all.Add("more/codec-lz4.root?#nested/t");
   // ROOT writes the whole array of offsets, of which only the first two mean something here.
   std::fill(all.GetTreeOffset(), all.GetTreeOffset() + 100, 0);
   all.Write("parts");
}

// An empty tree; trees in directories; a name with a dot and a slash in its title.
void directories(const char *path)
{
   auto file = create(path);
   auto *empty = new TTree("empty", "no entries");
   int i;
   std::vector<float> v;
   empty->Branch("i", &i);
   empty->Branch("v", &v);
   empty->Write();
   auto *bare = new TTree("bare", "no branches");
   bare->Write();
   auto *a = file->mkdir("a");
   a->mkdir("b")->mkdir("c")->cd();
   counting("deep", 5, 100)->Write();
   a->cd();
   counting("shallow.tree", 3)->Write();
   file->mkdir("hollow");
   file->cd();
   TObjString("just text").Write("note");
}

// The same name three times, growing: cycles 1 to 3.
void cycles(const char *path)
{
   auto file = create(path);
   auto *tree = new TTree("t", "grows");
   tree->SetAutoFlush(0);
   int i;
   std::vector<int> v;
   tree->Branch("i", &i, "i/I", 256);
   tree->Branch("v", &v, 256);
   for (i = 0; i < 90; ++i) {
      v.assign(i % 3, i);
      tree->Fill();
      if (i % 30 == 29)
         tree->Write();
   }
}

static TTree *growing()
{
   auto *tree = new TTree("t", "unflushed");
   tree->SetAutoFlush(0);
   static int i, n;
   static float x[8];
   static std::vector<int> v;
   static std::string text;
   tree->Branch("i", &i, "i/I", 512);
   tree->Branch("n", &n, "n/I", 512);
   tree->Branch("x", x, "x[n]/F", 512);
   tree->Branch("v", &v, 512);
   tree->Branch("text", &text, 512);
   for (i = 0; i < 170; ++i) {
      n = i % 4;
      for (int j = 0; j < n; ++j)
         x[j] = i + 0.25f * j;
      v.assign(i % 3, i);
      text = std::string(i % 5, 'x');
      tree->Fill();
   }
   return tree;
}

// A tree written while its last baskets are in memory: they come with its metadata.
void embedded(const char *path)
{
   auto file = create(path);
   auto *tree = growing();
   tree->AutoSave();
   // Closing would write the baskets out and the tree again.
   tree->SetDirectory(nullptr);
}

// A job that died after AutoSave: the file as it was then, never closed.
void unclosed(const char *path)
{
   std::string whole = std::string(path) + ".whole";
   auto file = create(whole);
   auto *tree = growing();
   tree->AutoSave("SaveSelf");
   file->Flush();
   gSystem->CopyFile(whole.c_str(), path, true);
   tree->SetDirectory(nullptr);
   file->Close();
   gSystem->Unlink(whole.c_str());
}

// The same without the key list: a job that died before it wrote any.
void keyless(const char *path)
{
   std::string whole = std::string(path) + ".whole";
   auto file = create(whole);
   auto *tree = growing();
   tree->AutoSave();
   file->Flush();
   gSystem->CopyFile(whole.c_str(), path, true);
   tree->SetDirectory(nullptr);
   file->Close();
   gSystem->Unlink(whole.c_str());
}

void histograms(const char *path)
{
   auto file = create(path);
   auto *h1f = new TH1F("h1f", "fixed bins;x [GeV];events", 10, 0, 5);
   double edges[] = {0, 1, 2.5, 4, 8};
   auto *h1d = new TH1D("h1d", "variable bins", 4, edges);
   h1d->Sumw2();
   auto *h1i = new TH1I("h1i", "integers", 3, -1, 2);
   auto *h1c = new TH1C("h1c", "bytes", 3, 0, 3);
   auto *h1s = new TH1S("h1s", "shorts", 3, 0, 3);
   auto *labels = new TH1D("labels", "categories", 3, 0, 3);
   auto *h2d = new TH2D("h2d", "two axes", 3, 0, 3, 2, -1, 1);
   double y[] = {0, 1, 10};
   auto *h2f = new TH2F("h2f", "variable y", 4, 0, 4, 2, y);
   auto *h3f = new TH3F("h3f", "three axes", 2, 0, 2, 3, 0, 3, 4, 0, 4);
   auto *profile = new TProfile("profile", "means", 4, 0, 4);
   for (int i = -1; i < 12; ++i) {
      h1f->Fill(0.5 * i, 1 + i % 3);
      h1d->Fill(i, 0.5 * i);
      h1i->Fill(i % 4 - 1);
      h1c->Fill(i % 4);
      h1s->Fill(i % 4);
      h2d->Fill(i % 5, 0.25 * i - 1.5, 2);
      h2f->Fill(i % 5, i);
      h3f->Fill(i % 3, i % 4, i % 5, 0.5);
      profile->Fill(i % 5, 2 * i);
   }
   labels->Fill("electron", 3);
   labels->Fill("muon", 2);
   labels->Fill("tau", 1);
   file->Write();
}

// The descriptions of ROOT's own tree and histogram classes: what every file has at its end,
// and what the reader falls back on for a file that never got there.
void standard(const char *path)
{
   auto file = create(path, 109);
   for (const char *name :
        {"TTree", "TNtuple", "TNtupleD", "TChain", "TChainElement", "TFriendElement", "TBranch", "TBranchElement",
         "TBranchClones", "TBranchObject", "TBranchRef", "TLeafB", "TLeafS", "TLeafI", "TLeafL", "TLeafG", "TLeafF",
         "TLeafD", "TLeafO", "TLeafC", "TLeafD32", "TLeafF16", "TLeafElement", "TLeafObject", "TH1C", "TH1S", "TH1I",
         "TH1L", "TH1F", "TH1D", "TH2C", "TH2S", "TH2I", "TH2L", "TH2F", "TH2D", "TH3C", "TH3S", "TH3I", "TH3L",
         "TH3F", "TH3D", "TProfile", "TProfile2D", "TObjString", "TLorentzVector"})
      TClass::GetClass(name)->GetStreamerInfo()->ForceWriteInfo(file.get(), true);
}

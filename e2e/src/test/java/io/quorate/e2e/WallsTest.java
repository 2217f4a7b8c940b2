package io.quorate.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import io.quorate.backend.Backend;
import io.quorate.mvcc.WriteTransaction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The walls that hold the tree up; ARCHITECTURE.md draws them. */
class WallsTest {
  private static JavaClasses product;

  @BeforeAll
  static void readTheProduct() {
    product =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.quorate");
    assertThat(product.size()).as("classes of the product").isGreaterThan(50);
  }

  @Test
  void raftImportsNothingOfOurs() {
    noClasses()
        .that(resideInAPackage("io.quorate.raft.."))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.quorate..").and(not(resideInAPackage("io.quorate.raft.."))))
        .because("consensus is arithmetic: messages in, Ready out")
        .check(product);
  }

  @Test
  void modelImportsNothingOfOurs() {
    noClasses()
        .that(resideInAPackage("io.quorate.model.."))
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.quorate..").and(not(resideInAPackage("io.quorate.model.."))))
        .because("what is correct must not be defined by what is checked")
        .allowEmptyShould(true)
        .check(product);
  }

  @Test
  void generatedTypesStayOut() {
    noClasses()
        .that(
            resideInAnyPackage(
                "io.quorate.raft..",
                "io.quorate.wal..",
                "io.quorate.bolt..",
                "io.quorate.backend..",
                "io.quorate.mvcc.."))
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.quorate.api..", "com.google.protobuf.."))
        .because("these rooms read and write bytes themselves")
        .check(product);
  }

  @Test
  void onlyTheCompositionRootsNameTheRealWorld() {
    noClasses()
        .that(
            resideInAPackage("io.quorate..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.quorate.io.os..", "io.quorate.embed..", "io.quorate.etcdutl.."))))
        .should()
        .dependOnClassesThat(resideInAPackage("io.quorate.io.os.."))
        .because("clock, disk and network come in as constructor arguments")
        .check(product);
  }

  @Test
  void onlyApplyWritesKeys() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "io.quorate.statemachine.apply..",
                    "io.quorate.mvcc..",
                    "io.quorate.etcdutl..")))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(WriteTransaction.class)
        .because("what applies an entry is the only writer of any state")
        .check(product);
  }

  /**
   * The rooms that keep a tenant's buckets write them, called by {@code apply}; nobody above does.
   */
  @Test
  void onlyTheStoresWriteTheBackend() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "io.quorate.statemachine..",
                    "io.quorate.mvcc..",
                    "io.quorate.backend..",
                    "io.quorate.etcdutl..")))
        .should()
        .callMethodWhere(
            target(owner(assignableTo(Backend.class)))
                .and(target(nameMatching("put|delete|putRevision|applied|confState"))))
        .because("applied index and effects lie in one transaction")
        .check(product);
  }

  @Test
  void packagesOfAModuleHaveNoCycles() {
    SlicesRuleDefinition.slices()
        .matching("io.quorate.(*)..")
        .should()
        .beFreeOfCycles()
        .check(product);
  }
}
